"""Believable labels, in the scripts that people of the office write."""

from reports.labels.rows import LabelRow

PEOPLE = (
    ("王羲", "310012", ("浙江省杭州市西湖区", "文三路{i}号翠苑一区3幢1单元502室")),
    ("买买提·吐尔逊江", "835000", ("新疆维吾尔自治区伊犁哈萨克自治州伊宁市", "解放西路{i}号")),
    ("欧阳㛃㛃", "518000", ("广东省深圳市南山区粤海街道科技园南区{i}栋二十三层2305室",)),
    ("𠮷田㐂", "200040", ("上海市静安区", "南京西路{i}弄7号", "1203室")),
    ("Alexandra Montgomery-Smith", "200051", ("Room {i}, Building 7, 1555 Changning Road", "Jing'an District, Shanghai, P. R. China")),
    ("ئەركىن قۇربان", "830000", ("ئۈرۈمچى شەھىرى تىيانشان رايونى", "解放西路{i}号")),
    ("བཀྲ་ཤིས་རྒྱལ་མཚན།", "850000", ("བོད་རང་སྐྱོང་ལྗོངས་ལྷ་ས་གྲོང་ཁྱེར།", "西藏自治区拉萨市城关区北京中路{i}号")),
    ("ᠪᠠᠲᠤ ᠮᠥᠩᠬᠡ", "010000", ("ᠥᠪᠥᠷ ᠮᠣᠩᠭᠣᠯ ᠤᠨ ᠥᠪᠡᠷᠲᠡᠭᠡᠨ ᠵᠠᠰᠠᠬᠤ ᠣᠷᠤᠨ", "呼和浩特市新华大街{i}号")),
    ("ꆈꌠꉙ Әбдуғали Қосжанов", "615000", ("四川省凉山彝族自治州西昌市航天大道{i}号 Nguyễn Thị Ánh 转",)),
    (
        "Wolfeschlegelsteinhausenbergerdorff-Þórsdóttir",
        "100600",
        ("{i} Extraordinarily Long International Residence Compound,", "Liangmaqiao Diplomatic Quarter, Chaoyang District, Beijing"),
    ),
    ("محمد عبد الله", "750000", ("宁夏回族自治区银川市兴庆区解放东街{i}号 شارع السلام",)),
)

FIELDS = ("postcode", "service", "address_lines", "recipient", "phone_masked", "parcel_number", "sender")
"""The texts of a label in the order in which they are read."""


def label_row(index: int) -> LabelRow:
    """The label of one of the PEOPLE, each with a parcel number of its own."""
    name, postcode, lines = PEOPLE[index % len(PEOPLE)]
    return LabelRow(
        parcel_number=f"PX20261122{index:05d}",
        recipient=name,
        postcode=postcode,
        address_lines=tuple(line.format(i=index + 1) for line in lines),
        phone_masked="*******0433",
        sender="杭州市社会保障卡西湖服务网点 文三路1号",
        service="挂号信",
    )
