"""The nouns: every record that two parts of the house exchange, as frozen pydantic models."""

from privdomain.models._base import Model
from privdomain.models._problems import payload_error, payload_problems
from privdomain.models.aftersale import (
    AfterSale,
    AfterSaleLine,
    AfterSaleParty,
    AfterSaleStatus,
    AfterSaleStep,
    AfterSaleType,
    Exchange,
    Refund,
    RefundStatus,
    ReturnParcel,
)
from privdomain.models.channel import ChannelCapabilities, LengthUnit, SendRepeat, TextLimit
from privdomain.models.commission import (
    CommissionAdjustment,
    CommissionDirection,
    CommissionOrder,
    CommissionParty,
    CommissionShare,
    CommissionStatus,
)
from privdomain.models.consent import Consent, ConsentDecision, ConsentGiver
from privdomain.models.customer import Birthday, BirthdayCalendar, Customer, CustomerStatus, Gender
from privdomain.models.event import Event, EventKind
from privdomain.models.generated import Generated, GeneratedKind, TokenUsage
from privdomain.models.identity import IdentityKey, IdentityMerged, IdentitySplit, KeyKind
from privdomain.models.intention import Intention
from privdomain.models.live import LiveFigures, LiveProduct, LiveReplay, LiveSession, LiveStatus
from privdomain.models.message import (
    Attachment,
    AttachmentKind,
    Message,
    MessageKind,
    MessageReceipt,
    MessageStatus,
)
from privdomain.models.notice import Notice, NoticeKind
from privdomain.models.order import (
    Buyer,
    Discount,
    DiscountPayer,
    Order,
    OrderLine,
    OrderSource,
    OrderStatus,
    Payment,
    Receiver,
)
from privdomain.models.payout import Payout, PayoutResult, PayoutStatus
from privdomain.models.product import Product, ProductStatus, Sku, Stock
from privdomain.models.reward import Reward, RewardKind
from privdomain.models.risk import RiskReason, Verdict, VerdictAction
from privdomain.models.segment import SegmentChange, SegmentDelta, TagChange, TagDelta, TagKind
from privdomain.models.settlement import (
    FlowDirection,
    Settlement,
    SettlementKind,
    SettlementPart,
    Spend,
    SpendKind,
)
from privdomain.models.shipment import Parcel, ParcelDirection, ShipmentEvent, ShipmentStatus, ShippedLine
from privdomain.models.touchpoint import Interaction, Touchpoint

__all__ = [
    "AfterSale",
    "AfterSaleLine",
    "AfterSaleParty",
    "AfterSaleStatus",
    "AfterSaleStep",
    "AfterSaleType",
    "Attachment",
    "AttachmentKind",
    "Birthday",
    "BirthdayCalendar",
    "Buyer",
    "ChannelCapabilities",
    "CommissionAdjustment",
    "CommissionDirection",
    "CommissionOrder",
    "CommissionParty",
    "CommissionShare",
    "CommissionStatus",
    "Consent",
    "ConsentDecision",
    "ConsentGiver",
    "Customer",
    "CustomerStatus",
    "Discount",
    "DiscountPayer",
    "Event",
    "EventKind",
    "Exchange",
    "FlowDirection",
    "Gender",
    "Generated",
    "GeneratedKind",
    "IdentityKey",
    "IdentityMerged",
    "IdentitySplit",
    "Intention",
    "Interaction",
    "KeyKind",
    "LengthUnit",
    "LiveFigures",
    "LiveProduct",
    "LiveReplay",
    "LiveSession",
    "LiveStatus",
    "Message",
    "MessageKind",
    "MessageReceipt",
    "MessageStatus",
    "Model",
    "Notice",
    "NoticeKind",
    "Order",
    "OrderLine",
    "OrderSource",
    "OrderStatus",
    "Parcel",
    "ParcelDirection",
    "Payment",
    "Payout",
    "PayoutResult",
    "PayoutStatus",
    "Product",
    "ProductStatus",
    "Receiver",
    "Refund",
    "RefundStatus",
    "ReturnParcel",
    "Reward",
    "RewardKind",
    "RiskReason",
    "SegmentChange",
    "SegmentDelta",
    "SendRepeat",
    "Settlement",
    "SettlementKind",
    "SettlementPart",
    "ShipmentEvent",
    "ShipmentStatus",
    "ShippedLine",
    "Sku",
    "Spend",
    "SpendKind",
    "Stock",
    "TagChange",
    "TagDelta",
    "TagKind",
    "TextLimit",
    "TokenUsage",
    "Touchpoint",
    "Verdict",
    "VerdictAction",
    "payload_error",
    "payload_problems",
]
