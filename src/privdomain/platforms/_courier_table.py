"""The table behind `couriers`: carriers that work in China, and what each platform calls them.

A cell is the code that is sent; codes after it, with commas between, are only read: a platform has merged two carriers
or named one twice. An empty cell is a code that no published list of that platform confirms.

Where the columns come from (all read 2026-11-24):

- wechat_shop: the platform's own list of ``delivery_id``,
  https://developers.weixin.qq.com/doc/store/API/ewaybill/get_acctdeliverylist.html
- kuaishou: the platform's own table 物流公司编号 (open.kwaixiaodian.com, document 401927, of 2025-05-27), in the copy
  that github.com/AndersonBY/kwaixiaodian-python-sdk keeps. 百世快递 (1) is merged into 极兔 (109) and 圆通快运 (13)
  into 圆通 (6); 天天, 国通 and other carriers that have ended are left out.
- douyin: no public page lists them; these are what ShopEx's OMS sends (its class ``logisticsmanager_waybill_douyin``).
- xiaohongshu: no public page either; what the same OMS sends for electronic waybills
  (``logisticsmanager_waybill_xhs``). A shop's own list is ``common.getExpressCompanyList``.

Waybill patterns are those on which independent tools agree; a carrier with several forms has none.
"""

from __future__ import annotations

__all__ = ["PLATFORMS", "ROWS"]

PLATFORMS = ("wechat_shop", "douyin", "kuaishou", "xiaohongshu")
"""The order of the last four cells of a row."""

ROWS: tuple[tuple[str, str, str, str, str, str, str, str], ...] = (
    # ours, name, other names, waybill, wechat_shop, douyin, kuaishou, xiaohongshu
    ("sf", "顺丰速运", "顺丰,shunfeng,顺丰快递", r"SF\d{12,15}", "SF", "shunfeng", "4", "SF"),
    ("sf_freight", "顺丰快运", "shunfengkuaiyun", "", "", "shunfengkuaiyun", "", "FOP"),
    ("yto", "圆通速递", "圆通,yuantong,圆通快递", r"YT\d{13}", "YTO", "yuantong", "6,13", "yuantong"),
    ("zto", "中通快递", "中通,zhongtong,中通速递", "", "ZTO", "zhongtong", "9", "zto"),
    ("zto_freight", "中通快运", "zhongtongkuaiyun", "", "ZTOKY", "zhongtongkuaiyun", "12", ""),
    ("zto_cold", "中通冷链", "ztocc", "", "", "ztocc", "135", ""),
    ("zto_global", "中通国际", "zhongtongguoji", "", "", "zhongtongguoji", "120", ""),
    ("sto", "申通快递", "申通,shentong", "", "STO", "shentong", "3", "shentong"),
    ("yunda", "韵达快递", "韵达,yd,韵达速递", "", "YUNDA", "yunda", "11", "yunda"),
    ("yunda_freight", "韵达快运", "yundakuaiyun", "", "YDKY", "yundakuaiyun", "7", ""),
    ("jt", "极兔速递", "极兔,jtexpress,极兔快递", r"JT\d{13}", "JTSD", "jtexpress", "109,1", "jtexpress"),
    ("jd", "京东快递", "京东,京东物流,jingdong", "", "JD", "jd", "14,70", "jd"),
    ("jd_freight", "京东快运", "jingdongkuaiyun", "", "", "jingdongkuaiyun", "136", ""),
    ("jd_bulky", "京东大件", "jingdongdajian", "", "", "jingdongdajian", "137", ""),
    ("ems", "EMS", "邮政特快,中国邮政速递", r"[A-Z]{2}\d{9}[A-Z]{2}", "EMS", "ems", "2", "ems"),
    (
        "china_post",
        "邮政快递包裹",
        "邮政,youzhengguonei,中国邮政",
        "",
        "",
        "youzhengguonei",
        "8",
        "youzhengguonei",
    ),
    ("china_post_ecommerce", "邮政电商标快", "yzdsbk", "", "", "yzdsbk", "139", "youzhengbiaokuai"),
    ("db", "德邦快递", "德邦,deppon,debangwuliu", "", "DBKD", "debangwuliu", "53,17", "debangwuliu"),
    ("db_freight", "德邦快运", "debangkuaiyun", "", "", "debangkuaiyun", "", ""),
    ("cainiao", "菜鸟速递", "丹鸟,danniao,菜鸟", "", "CNSD", "danniao", "113", "danniao"),
    ("kye", "跨越速运", "跨越,kuayue", "", "KYSY", "kuayue", "25", ""),
    ("ane", "安能物流", "安能,安能快运,annengwuliu", "", "ANEKY", "annengwuliu", "43", ""),
    ("best_freight", "百世快运", "baishiwuliu", "", "BTWL", "baishiwuliu", "48", ""),
    ("yimidida", "壹米滴答", "", "", "YMDD", "yimidida", "100", ""),
    ("sxjd", "顺心捷达", "sxjdfreight", "", "SXJD", "sxjdfreight", "86", ""),
    ("zjs", "宅急送", "zhaijisong", "", "ZJS", "zhaijisong", "10", ""),
    ("xinfeng", "信丰物流", "xinfengwuliu", "", "XFEX", "", "36", ""),
    ("jsd", "吉时达", "", "", "JSD", "", "153", ""),
    ("rjtcsd", "锐界同城速递", "锐界同城", "", "RJTCSD", "", "", ""),
    ("zhongyou_ex", "众邮快递", "众邮,zhongyouex", "", "", "zhongyouex", "112", ""),
    ("fengwang", "丰网速运", "丰网", "", "", "fengwang", "127", ""),
    ("uc", "优速快递", "优速,优速物流,youshuwuliu", "", "", "youshuwuliu", "15", ""),
    ("jiuye", "九曳供应链", "九曳,jiuyescm", "", "", "jiuyescm", "71", ""),
    ("suning", "苏宁物流", "苏宁", "", "", "suning", "81,82", ""),
    ("dsu", "D速快递", "D速,dsukuaidi", "", "", "dsukuaidi", "57", ""),
    ("annto", "安得物流", "安得", "", "", "annto", "44", ""),
    ("jinguang", "京广速递", "京广,jinguangsudikuaijian", "", "", "jinguangsudikuaijian", "74", ""),
    ("tejisong", "特急送", "lntjs", "", "", "lntjs", "111", ""),
    ("rrs", "日日顺物流", "日日顺", "", "", "", "79", ""),
    ("suer", "速尔快递", "速尔", "", "", "", "31", ""),
    ("hisense", "海信物流", "savor", "", "", "savor", "126", ""),
)
