"""Speed and quality, measured beside what people use today. `README.md` of this folder says how to add one."""
