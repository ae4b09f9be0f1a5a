"""The words on printed documents and charts, in English and Chinese."""

LANGUAGES = ("en", "zh")

TEXTS: dict[str, dict[str, str]] = {
    "label.stamp": {"en": "Stamp", "zh": "贴邮票处"},
    "label.sender_postcode": {"en": "Postcode {postcode}", "zh": "邮政编码 {postcode}"},
    "label.sheet_title": {"en": "Mailing labels", "zh": "邮寄面单"},
    "label.void": {"en": "VOID", "zh": "作废"},
    "test_page.title": {"en": "Test page of a label printer", "zh": "标签打印机测试页"},
    "test_page.printer": {"en": "{code} · {dpi} dots an inch", "zh": "{code} · 每英寸 {dpi} 点"},
    "test_page.raw": {"en": "Printed without any correction: measure on this page.", "zh": "未作校正：请在本页上测量。"},
    "test_page.corrected": {
        "en": "Printed with the correction {x} / {y} mm, {scale_x} / {scale_y} ‰: check on this page.",
        "zh": "已按校正值打印（{x} / {y} 毫米，{scale_x} / {scale_y}‰）：请在本页上核对。",
    },
    "test_page.size": {
        "en": "Print at actual size (100 %), never 'fit to page'.",
        "zh": "请按实际大小（100%）打印，不要选「适合页面」。",
    },
    "test_page.measure": {
        "en": "With a ruler, in millimetres: A from the left edge of the paper to the left line, B from the left line to the right line,"
        " C from the upper edge of the paper to the upper line, D from the upper line to the lower line. Type all four into the form.",
        "zh": "用直尺测量（毫米）：A 纸张左边缘到左线，B 左线到右线，C 纸张上边缘到上线，D 上线到下线。把四个数填入表单。",
    },
    "test_page.scan": {
        "en": "Scan every barcode. One that cannot be read is too fine for this printer or scanner.",
        "zh": "逐个扫描条码。扫不出的，对这台打印机或扫描枪来说过细。",
    },
    "test_page.density": {"en": "{dots} dots · {width} mm", "zh": "{dots} 点 · {width} 毫米"},
    "chart.day": {"en": "Day", "zh": "日期"},
    "chart.received": {"en": "Received", "zh": "受理"},
    "chart.decided": {"en": "Decided", "zh": "办结"},
    "chart.posted": {"en": "Posted", "zh": "寄出"},
    "chart.queue": {"en": "Queue", "zh": "队列"},
    "chart.total": {"en": "Total", "zh": "合计"},
    "chart.stage": {"en": "Stage", "zh": "环节"},
    "chart.p50": {"en": "Half of the cases (p50)", "zh": "半数办件（p50）"},
    "chart.p90": {"en": "Nine in ten cases (p90)", "zh": "九成办件（p90）"},
    "chart.cases": {"en": "Cases", "zh": "件数"},
    "chart.working_days": {"en": "Working days", "zh": "工作日"},
    "chart.days_hover": {"en": "%{{y:.1f}} working days", "zh": "%{{y:.1f}} 个工作日"},
    "chart.outcome": {"en": "Outcome", "zh": "结果"},
    "chart.reason": {"en": "Reason", "zh": "原因"},
    "chart.count": {"en": "Cases", "zh": "件数"},
    "chart.share": {"en": "Share", "zh": "占比"},
    "age.5": {"en": "Up to 5 days", "zh": "5 天以内"},
    "age.10": {"en": "6–10 days", "zh": "6–10 天"},
    "age.20": {"en": "11–20 days", "zh": "11–20 天"},
    "age.older": {"en": "Over 20 days", "zh": "超过 20 天"},
    "office.name": {"en": "Social Security Card Service", "zh": "社会保障卡服务"},
    "receipt.application_title": {"en": "Receipt for a replacement card application", "zh": "社会保障卡补换受理回执"},
    "receipt.reference": {"en": "Reference", "zh": "受理编号"},
    "receipt.resident": {"en": "Applicant", "zh": "申请人"},
    "receipt.id_number": {"en": "ID number", "zh": "公民身份号码"},
    "receipt.reason": {"en": "Reason", "zh": "补换原因"},
    "receipt.delivery": {"en": "Delivery", "zh": "领卡方式"},
    "receipt.received_at": {"en": "Received", "zh": "受理时间"},
    "receipt.promised_on": {"en": "Promised by", "zh": "承诺办结"},
    "receipt.promise_open": {"en": "starts when all materials are here", "zh": "材料齐全后开始计算"},
    "receipt.promise_guess": {
        "en": "{day} (not final: the official holidays of that year are not known yet)",
        "zh": "{day}（暂定：该年度放假安排尚未公布）",
    },
    "receipt.handed_in": {"en": "Handed in", "zh": "已提交材料"},
    "receipt.missing": {"en": "Still missing", "zh": "尚缺材料"},
    "receipt.nothing_handed_in": {"en": "Nothing yet.", "zh": "暂无。"},
    "receipt.nothing_missing": {"en": "Nothing. All required materials are here.", "zh": "无，所需材料已齐。"},
    "receipt.missing_note": {
        "en": "Please bring what is missing. The time limit goes on when it is here.",
        "zh": "请尽快补交所缺材料，收齐后继续计算办理时限。",
    },
    "receipt.look_up_code": {"en": "Look-up code", "zh": "查询码"},
    "receipt.look_up_note": {
        "en": "See how far it is at {place}, with the reference and the look-up code. Keep the code to yourself.",
        "zh": "查询进度：{place}，输入受理编号和查询码。请勿将查询码告诉他人。",
    },
    "receipt.scan": {"en": "Scan to see the state", "zh": "扫码查询进度"},
    "receipt.keep": {
        "en": "Keep this receipt. Bring it with your ID card when you collect the card or ask about it.",
        "zh": "请妥善保管本回执，领卡或查询时请携带本回执和身份证件。",
    },
    "receipt.clerk": {"en": "Received by", "zh": "经办人"},
    "receipt.signature": {"en": "Applicant's signature", "zh": "申请人签名"},
    "receipt.phone": {"en": "Phone", "zh": "电话"},
    "receipt.hours": {"en": "Open", "zh": "办公时间"},
    "loss.title": {"en": "Receipt for a loss report", "zh": "社会保障卡挂失回执"},
    "loss.number": {"en": "Report number", "zh": "挂失编号"},
    "loss.resident": {"en": "Card holder", "zh": "持卡人"},
    "loss.card_number": {"en": "Card number", "zh": "卡号"},
    "loss.circumstance": {"en": "Circumstance", "zh": "挂失原因"},
    "loss.reported_at": {"en": "Reported", "zh": "挂失时间"},
    "loss.kind": {"en": "Kind", "zh": "挂失类型"},
    "loss.provisional": {"en": "Provisional loss report", "zh": "临时挂失"},
    "loss.formal": {"en": "Formal loss report", "zh": "正式挂失"},
    "loss.lapses": {"en": "Lapses by itself", "zh": "自动失效时间"},
    "loss.force": {"en": "In force", "zh": "有效期"},
    "loss.stays": {"en": "For good", "zh": "长期有效"},
    "loss.next": {"en": "What to do next", "zh": "接下来怎么办"},
    "loss.provisional_1": {
        "en": "This report holds until {lapses}. After that it lapses by itself.",
        "zh": "临时挂失有效期至 {lapses} 止；期满未转正式挂失的，自动失效。",
    },
    "loss.provisional_2": {
        "en": "Not found by then? Make the report formal at any service centre with your ID card.",
        "zh": "届时仍未找到的，请在期满前持身份证件到任一服务网点办理正式挂失。",
    },
    "loss.provisional_3": {
        "en": "Found? Have the report lifted at a service centre with the card and your ID card.",
        "zh": "如已找到，请持卡片和身份证件到服务网点解除挂失。",
    },
    "loss.formal_1": {
        "en": "The old card is void and cannot be used again, even if it is found.",
        "zh": "原卡已作废，即使找到也不能再使用。",
    },
    "loss.formal_2": {
        "en": "You can now apply for a replacement card at any service centre.",
        "zh": "您现在可以到任一服务网点申请补办新卡。",
    },
    "loss.bank_open": {
        "en": "The bank side of the card is not reported here: ask your bank whether it needs a report of its own.",
        "zh": "本单位未登记卡片金融账户的挂失，是否需要另行挂失，请向发卡银行确认。",
    },
    "loss.bank_done": {
        "en": "The bank side of the card is reported to the bank, as you told us.",
        "zh": "据您告知，卡片的金融账户已向发卡银行挂失。",
    },
    "loss.keep": {
        "en": "This receipt is proof of the loss report. Bring it when you apply for a replacement.",
        "zh": "本回执为挂失凭证，申请补卡时请携带。",
    },
    "packing.title": {"en": "Cover sheet for a package of cards to be made", "zh": "制卡数据包交接单"},
    "packing.reference": {"en": "Production batch", "zh": "制卡批次"},
    "packing.maker": {"en": "For", "zh": "制卡单位"},
    "packing.cards": {"en": "Cards", "zh": "卡片数量"},
    "packing.file": {"en": "File", "zh": "文件名"},
    "packing.size": {"en": "Bytes", "zh": "字节数"},
    "packing.made_at": {"en": "Made", "zh": "生成时间"},
    "packing.package": {"en": "SHA-256 of the encrypted file", "zh": "加密文件的 SHA-256"},
    "packing.manifest": {"en": "SHA-256 of manifest.json inside", "zh": "包内 manifest.json 的 SHA-256"},
    "packing.certificate": {"en": "Encrypted for the certificate with this fingerprint", "zh": "加密所用证书的指纹"},
    "packing.check": {
        "en": "Compare the number of cards and the SHA-256 before you open the file. If one differs, make no card and call us.",
        "zh": "打开文件前请核对卡片数量和 SHA-256。如有任何一项不符，请勿制卡并立即与我们联系。",
    },
    "packing.answer": {
        "en": "Answer with the table answer.csv of the package: for each key the serial of the card, or one of the words "
        "photo, data, print, chip, other where it was not made. The order of the rows does not matter; the keys do.",
        "zh": "请填写包内 answer.csv 作为回执：每个 key 填写卡片序列号；未制成的填写 照片、数据、印刷、芯片、其他 之一。"
        "行的顺序不限，以 key 为准。",
    },
    "packing.handed_over": {"en": "Handed over by", "zh": "交付人"},
    "packing.received": {"en": "Received by, day", "zh": "接收人、日期"},
    "slip.title": {"en": "Slip for a card that was collected", "zh": "社会保障卡领卡确认单"},
    "slip.serial": {"en": "Card number", "zh": "卡号"},
    "slip.handed_over_at": {"en": "Handed over", "zh": "发卡时间"},
    "slip.collector": {"en": "Collected by", "zh": "领卡人"},
    "slip.resident": {"en": "The card holder in person, ID card seen", "zh": "持卡人本人（已核对身份证件）"},
    "slip.collector_number": {"en": "Their ID number", "zh": "领卡人证号"},
    "slip.authority": {"en": "Document seen", "zh": "委托材料"},
    "slip.resident_says": {
        "en": "I have received this card and checked that what is printed on it is right.",
        "zh": "本人已领到上述社会保障卡，并核对卡面信息无误。",
    },
    "slip.proxy_says": {
        "en": "I have received this card for the card holder and checked what is printed on it. I will hand it to the card holder.",
        "zh": "本人受持卡人委托（或作为监护人）领到上述社会保障卡，已核对卡面信息无误，并负责转交持卡人。",
    },
    "slip.clerk": {"en": "Handed over by", "zh": "发卡人"},
    "slip.signature": {"en": "Collector's signature", "zh": "领卡人签名"},
    "notice.greeting": {"en": "Dear {name},", "zh": "尊敬的{name}："},
    "notice.never": {
        "en": "We never ask for passwords, codes or payment by letter, phone or message. Whoever does is not from this office.",
        "zh": "本机构不会通过信件、电话或短信向您索要密码、验证码或要求转账；凡有此类要求的，均非本机构所为。",
    },
    "copy.title": {"en": "Copy of your personal data", "zh": "个人信息副本"},
    "copy.of": {"en": "About", "zh": "信息主体"},
    "copy.number": {"en": "Key at the office", "zh": "系统内标识"},
    "copy.made_at": {"en": "Made", "zh": "制作时间"},
    "copy.about": {
        "en": "This is everything that the office holds about you, as it stood when this copy was made. "
        "It holds personal data: keep it safe.",
        "zh": "以下为本机构截至制作时间所持有的与您有关的全部信息。本副本含有个人信息，请妥善保管。",
    },
    "copy.why": {"en": "What for:", "zh": "处理目的："},
    "copy.kept": {"en": "How long:", "zh": "保存期限："},
    "copy.left_out_title": {"en": "What is not in this copy", "zh": "本副本未包含的内容"},
    "copy.left_out": {
        "en": "Names of members of the staff (their role and the day are given), the ID number of a proxy in full, keys and search "
        "entries, checks of the office that would warn whoever they are about, and what a member of the staff is still typing. Files are "
        "listed; copies of them are made at the service centre.",
        "zh": "未包含：工作人员姓名（已提供岗位和日期）、代办人的完整公民身份号码、系统标识和检索项、告知后会使检查失去作用的内部核查信息，"
        "以及工作人员尚未保存的录入内容。文件仅列出清单，复印件可在服务网点制作。",
    },
    "copy.rights_title": {"en": "What you may ask for", "zh": "您可以提出的要求"},
    "copy.rights": {
        "en": "If something is wrong or missing, ask any service centre to correct it (Personal Information Protection Law, article 46). "
        "You may ask for data to be deleted that are not needed any more (article 47), and for an explanation of what is done "
        "with them (article 48). If the office refuses, it gives you the reason (article 50).",
        "zh": "信息有误或不完整的，可向任一服务网点要求更正、补充（《个人信息保护法》第四十六条）；不再必要的，可要求删除（第四十七条）；"
        "可要求就处理规则作出说明（第四十八条）。本机构拒绝的，应当向您说明理由（第五十条）。",
    },
    "posting.title": {"en": "Posting list", "zh": "交寄清单"},
    "posting.batch": {"en": "Batch", "zh": "批次"},
    "posting.day": {"en": "Posted on", "zh": "交寄日期"},
    "posting.sender": {"en": "Sender", "zh": "寄件单位"},
    "posting.postage": {"en": "Class", "zh": "资费种类"},
    "posting.place_in_list": {"en": "No.", "zh": "序号"},
    "posting.tracking": {"en": "Tracking number", "zh": "运单号"},
    "posting.recipient": {"en": "Recipient", "zh": "收件人"},
    "posting.postcode": {"en": "Postcode", "zh": "邮编"},
    "posting.place": {"en": "Place", "zh": "寄达地"},
    "posting.weight": {"en": "Weight (g)", "zh": "重量（克）"},
    "posting.price": {"en": "Postage (¥)", "zh": "邮资（元）"},
    "posting.sum": {"en": "{count} pieces", "zh": "共 {count} 件"},
    "posting.handed_over": {"en": "Handed over by", "zh": "交寄人"},
    "posting.taken_over": {"en": "Taken over by (the post)", "zh": "收寄人（邮局）"},
    "posting.stamp": {"en": "Date stamp", "zh": "日戳"},
    "posting.made_at": {"en": "Printed", "zh": "打印时间"},
    "summary.title": {"en": "Monthly summary", "zh": "业务月报"},
    "summary.made_at": {"en": "Data as of", "zh": "数据截至"},
    "summary.flow": {"en": "Received, decided, posted per day", "zh": "每日受理、办结、寄出"},
    "summary.flow_totals": {
        "en": "{received} received, {decided} decided, {posted} posted",
        "zh": "受理 {received} 件，办结 {decided} 件，寄出 {posted} 件",
    },
    "summary.backlog": {"en": "Open cases by age", "zh": "在办件（按时长）"},
    "summary.stages": {"en": "Time by stage", "zh": "各环节用时"},
    "summary.reasons": {"en": "Outcomes and reasons", "zh": "办理结果与原因"},
    "summary.remarks": {"en": "Remarks", "zh": "说明"},
    "summary.footnote": {
        "en": "Working days, with make-up days. "
        "Ages count from receipt; times by stage leave out days on which the resident owed something.",
        "zh": "均按工作日计（含调休上班日）。在办件时长自受理之日起连续计算；各环节用时不含等待参保人补正的时间。",
    },
}


def text(key: str, language: str, **values: object) -> str:
    """Return the words for `key` (KeyError for an unknown key or language) with `values` filled in."""
    return TEXTS[key][language].format(**values)
