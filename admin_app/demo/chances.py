"""The proportions of the demo office: how often each thing happens. Tables only."""

from admin_app.applications.rules import Material, Reason, Status

S = Status
REASONS = {
    Reason.LOST: 46, Reason.DAMAGED: 15, Reason.UNREADABLE: 9, Reason.EXPIRED: 9, Reason.DATA_CHANGED: 8, Reason.STOLEN: 6,
    Reason.MISPRINTED: 3, Reason.OTHER: 4,
}  # fmt: skip
COUNTER_SHARE = 0.62
"""of what comes in during opening hours"""
CENTRES = {"WS": 20, "XH": 17, "GS": 14, "BJ": 12, "XS": 12, "YH": 11, "SC": 9, "LP": 5}
POST_SHARE = {"counter": 0.45, "online": 0.86}
PROXY_SHARE_OF_OLD, PROXY_SHARE = 0.3, 0.03

_STAGES = (S.SUBMITTED, S.IN_REVIEW, S.NEEDS_INFORMATION, S.APPROVED, S.REJECTED, S.WITHDRAWN, S.DRAFT)
# working days since it came in -> weight of each stage, in the order of _STAGES
_BY_AGE = {
    0: (72, 9, 0, 2, 0, 0, 22),
    1: (66, 14, 2, 7, 1, 1, 15),
    2: (58, 16, 6, 13, 2, 1, 8),
    3: (50, 16, 8, 21, 4, 1, 0),
    4: (40, 14, 9, 31, 5, 1, 0),
    5: (30, 12, 9, 42, 6, 1, 0),
    6: (17, 8, 8, 60, 6, 1, 0),
    7: (10, 5, 8, 70, 6, 1, 0),
    8: (6, 3, 7, 77, 6, 1, 0),
    12: (2.5, 1, 6, 82.5, 6, 2, 0),
    25: (0.3, 0.2, 3, 88.5, 6, 2, 0),
    999: (0, 0, 0.5, 91.5, 6, 2, 0),
}


def stage_weights(age: int) -> tuple[tuple[Status, ...], tuple[float, ...]]:
    """Stages and their weights for an application that came in `age` working days ago."""
    return _STAGES, next(weights for limit, weights in _BY_AGE.items() if age <= limit)


DECISION_DAYS = (6, 20, 25, 19, 12, 8, 5, 3, 1.6, 1.2, 0.8)
"""weight of a decision 0, 1, 2 … working days after submission"""
INFORMATION_SHARE, REOPENED_SHARE, SPOILED_SHARE = 0.15, 0.012, 0.018
UNCOLLECTED_SHARE = 0.07
FORMAL_SHARE_OF_OPEN = 0.62
DRAWN_SHARE, REJECTION_RECOMMENDED = 0.04, 0.25
"""of all cases; of the drawn ones that wait for their second person"""
DRAWN_OF_WAITING = {S.IN_REVIEW: 0.3, S.APPROVED: 0.6}
"""so that an office shows some: more than anybody would draw"""
CAME_BACK_SHARE = 0.3
"""unclaimed cases of some age that a resident has completed"""

REQUESTS = {
    "photo_unsuitable": 44, "id_copy_unreadable": 18, "id_expired": 10, "form_incomplete": 12, "address_incomplete": 6,
    "formal_loss_needed": 0, "authorisation_missing": 0,
}  # fmt: skip
REJECTIONS = {
    "identity_mismatch": 14, "not_entitled": 18, "card_still_valid": 16, "duplicate_application": 10,
    "materials_not_supplied": 30, "false_documents": 3, "other_rejection": 5, "loss_not_formal": 0,
}  # fmt: skip
ASKED_MATERIAL = {
    "photo_unsuitable": (Material.PHOTO, "photo_background"),
    "id_copy_unreadable": (Material.ID_COPY, "unreadable"),
    "id_expired": (Material.ID_COPY, "expired_document"),
    "form_incomplete": (Material.APPLICATION_FORM, "unsigned"),
    "authorisation_missing": (Material.AUTHORISATION, "unsigned"),
}
"""which material a request for information is about, and why its document was refused"""
REFUSED_FOR = {
    "materials_not_supplied": (Material.PHOTO, "photo_too_old"),
    "identity_mismatch": (Material.ID_COPY, "name_mismatch"),
    "false_documents": (Material.APPLICATION_FORM, "name_mismatch"),
    "loss_not_formal": (Material.LOSS_PROOF, "wrong_document"),
}
"""which document was refused before an application was rejected"""

STATEMENTS = {
    Reason.LOST: ("在地铁上遗失", "搬家时找不到了", "钱包遗失，社保卡在内", "不慎遗失，已找过多处", "外出就医途中遗失"),
    Reason.STOLEN: ("包被盗，已报警", "在火车站被扒窃", "车内物品被盗，含社保卡"),
    Reason.DAMAGED: ("卡片折断", "卡面磨损，看不清号码", "被洗衣机洗坏", "卡片弯曲变形"),
    Reason.UNREADABLE: ("医院刷卡无法读取", "芯片接触不良，药店无法结算", "自助机提示读卡失败"),
    Reason.DATA_CHANGED: ("姓名变更，已更新户口簿", "更换照片", "身份证号码更正"),
    Reason.MISPRINTED: ("姓名印错一个字", "照片与本人不符"),
    Reason.EXPIRED: ("卡片即将到期", "有效期已到，申请换领"),
    Reason.OTHER: ("一代卡换领三代卡", "更换发卡银行"),
}
FOREIGN_STATEMENTS = {
    Reason.LOST: "Lost on the metro on the way to work",
    Reason.STOLEN: "Bag stolen at the station, reported to the police",
    Reason.DAMAGED: "The card is broken",
    Reason.UNREADABLE: "The hospital could not read the chip",
    Reason.DATA_CHANGED: "New passport, my name is now spelled in full",
    Reason.MISPRINTED: "My name is misspelled on the card",
    Reason.EXPIRED: "The card expires this month",
    Reason.OTHER: "Change to a third-generation card",
}
RECOMMENDED_WHY = (
    "材料齐全，身份核实一致，建议通过。",
    "已电话联系本人，确认委托属实。",
    "照片与身份证一致，挂失有效。",
    "Called the resident; the papers agree.",
)
NOTES = ("材料齐全，信息核实一致。", "照片合格，挂失有效。", "已电话核实地址。", "与历史档案一致。", "Checked against the earlier file.")
REJECTION_NOTES = ("已电话告知。", "三次联系未果。", "请到就近网点咨询。", "Told by phone; the resident agrees.")
PAPER_REASONS = {
    Reason.LOST: "遗失", Reason.STOLEN: "被盗", Reason.DAMAGED: "损坏", Reason.UNREADABLE: "芯片无法读取", Reason.DATA_CHANGED: "信息变更",
    Reason.MISPRINTED: "印制错误", Reason.EXPIRED: "到期换领", Reason.OTHER: "其他",
}  # fmt: skip
"""what a resident writes on the paper form"""
