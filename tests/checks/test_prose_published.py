"""Ways of writing met in published reports, in sentences of our own: what they claim is read, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from govdoc.checks.prose import judge
from govdoc.report import Entry
from tests.prose_score import report

if TYPE_CHECKING:
    from govdoc.report import Report


def codes(text: str, world: str = "bureau", **info: str) -> list[str]:
    return [finding.code for finding in judge.claims(speaking(text, world, **info))]


def speaking(text: str, world: str = "bureau", **info: str) -> Report:
    base = report(world)
    return replace(base, info={**base.info, **info}, narratives={"overview": (Entry("", text),)})


@pytest.mark.parametrize(
    "text",
    [
        # what brackets name holds in them alone
        "今年办理依申请公开50件（含2023年结转2件），答复46件，其中予以公开19件，部分公开4件。",
        "我局受理申请48件（2023年40件），办结46件，结转下年度4件。",
        "今年新收申请48件（另有上年结转2件），同比上升20%。",
        # which part of a row is meant
        "答复中，不予公开（属于三类内部事务信息）1件，不予公开（属于四类过程性信息）2件，无法提供（本机关不掌握相关政府信息）11件。",
        # a number without its counter, and the share behind it
        "共办结46件，其中予以公开19件，占41.3%；部分公开4，占8.7%；不予公开4件，占8.7%。",
        # a list that adds up to two numbers before it
        "上年结转2件，新收申请48件，其中：予以公开19件，部分公开4件，不予公开4件，无法提供14件，不予处理3件，其他处理2件，结转下年度4件。",
        # 答复 as a part among others
        "今年受理公开申请48件，答复35件，不予受理12件，申请内容不明确1件。",
        # two figures of one row add up to it
        "答复中，因本机关不掌握无法提供10件，信息不存在的1件。",
        # the same requests counted twice are no sum
        "我局收到并办理政府信息公开申请48件。",
        # what is ours comes later in the sentence
        "全年应诉行政诉讼案件37件，其中因政府信息公开引起的行政诉讼2件。",
        # each of two rates
        "收到申请48件、办结46件（含结转），同比分别上升20%、17.9%。",
        "2022年、2023年、2024年分别收到申请31件、40件、48件。",
        # another matter up to the semicolon
        "收到来信来访73件，全部办结；收到公开申请48件。",
        "收到申请48件，人均办理6件。",
        # how documents are classed is no count of requests
        "全年起草材料300件，其中主动公开36件、依申请公开9件、不予公开5件。",
        "起草的公文中，依申请公开类30件，不予公开类50件。",
        # matters that may be applied for, not decisions
        "我局共有行政许可事项24项、行政处罚事项150项。",
        "全年行政复议8件、行政诉讼9件，都与水费有关，均非政府信息公开类案件。",
        # a part that says of the others when they were answered
        "办结申请46件，其中延期6件，予以公开19件，部分公开4件，不予公开4件，无法提供14件，不予处理3件，其他处理2件。",
        # a list with lists in it
        "引发纠纷4件，其中，行政复议2件，结果维持1件，结果纠正1件；行政诉讼2件。",
        # what brackets speak of ends with them
        "我局收到申请48件（其中：线上46件，来访0件，寄送2件），上年结转2件，办结46件。",
        # by which way requests came, and what was done with those, up to a semicolon
        "收到网上申请30件，办结29件；信函申请18件，办结17件。",
        "收到申请48件，其中网上申请40件、当面申请3件、信函申请5件；已答复46件，结转下年度4件。",
        # a number in brackets is no total of what follows them
        "办结公开申请46件（含上年结转2件），其中，予以公开19件，部分公开4件，不予公开4件，信息无法提供14件。",
        "发布动态320条（其中图文200条），包括公告200条、文件120条。",
        # what 其中 begins with is part of what the sentence before spoke of
        "上半年收到申请30件，办结28件。其中予以公开12件，占42.9%。",
        "去年收到申请40件。其中予以公开15件。",
        "下属单位收到申请12件。其中，予以公开3件。",
        # reviews and suits by the name of both
        "因信息公开引发行政争议4件，其中行政复议2件，行政诉讼2件。",
        # what is said of what no table counts
        "全年收到申请48件，发布动态500条，占八成，占80%。",
    ],
)
def test_such_a_sentence_is_right(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("今年办理依申请公开50件（含2023年结转3件），答复46件。", "N501"),
        ("今年办理依申请公开50件（含2023年结转2件），答复45件。", "N501"),
        ("今年新收申请48件（另有上年结转2件），同比上升30%。", "N503"),
        ("答复中，不予公开（属于四类过程性信息）3件。", "N501"),
        ("共办结46件，其中予以公开19件，部分公开6，不予公开4件。", "N501"),
        ("共办结46件，其中予以公开19件，占41.3%；部分公开4，占9.9%。", "N503"),
        ("全年新收信息公开申请84起，办结46起。", "N501"),
        ("收到依申请公开政府信息申请84例。", "N501"),
        ("我局收到信息依申请公开84件。", "N501"),
        ("结转上年度申请5件。", "N501"),
        ("收到政府信息申请公开件84件。", "N501"),
        ("答复中，因本机关不掌握无法提供10件，信息不存在的3件。", "N501"),
        ("申请答复量45件。", "N501"),
        ("政府信息公开引起行政复议2件，维持1件，被纠错2件。", "N501"),
        ("今年依申请公开申请数为84件。", "N501"),
        ("收到公开申请48件，下年度继续办理7件。", "N501"),
        ("收到公开申请48件，结转到2025年办理7件。", "N501"),
        ("46件办结的申请中，91件准予公开。", "N501"),
        ("全局新收申请84件。", "N501"),
        ("全年发布动态500条。制定规范性文件7件。", "N501"),
        ("收到来信来访73件，全部办结；收到公开申请84件。", "N501"),
        ("我局收到申请48件（其中：线上46件，寄送2件），办结45件。", "N501"),
        ("收到申请48件，上年结转2件，办结45件，未办结5件。", "N501"),
        ("上年结转2件，新收申请48件，其中：甲类30件，乙类32件。", "N502"),
    ],
)
def test_such_a_sentence_is_wrong(text: str, code: str) -> None:
    assert code in codes(text)


@pytest.mark.parametrize(
    ("agency", "text"),
    [
        ("青岭县自然资源和规划局", "2024年，县自然资源局共收到申请84件。"),
        ("青岭县自然资源和规划局", "县资规局共收到申请84件。"),
        ("青岭县黑石镇人民政府", "黑石镇共收到申请84件。"),
        ("云岭市青岭区黑石街道办事处", "2024年，黑石街道共收到申请84件。"),
        ("青岭县人民政府办公室", "县政府办公室共收到申请84件。"),
        ("云岭市公安局青岭分局", "青岭分局共收到申请84件。"),
    ],
)
def test_a_short_name_of_the_organ_says_nothing_new(agency: str, text: str) -> None:
    assert codes(text, agency=agency) == ["N501"]
    assert codes(text.replace("84", "48"), agency=agency) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("收到申请48件，其中网上申请40件、当面申请3件、信函申请5件；已答复47件，结转下年度4件。", ["N501"]),
        ("办结公开申请46件（含上年结转2件），其中，予以公开19件，信息无法提供40件，其余2件。", ["N502"]),
        ("因信息公开引发行政争议4件，其中行政复议2件；行政诉讼3件。", ["N501"]),
        ("今年收到申请48件。其中予以公开16件。", ["N501"]),
        ("全年接收到公开申请总数84件。", ["N501"]),
    ],
)
def test_such_a_sentence_is_wrong_and_nothing_else(text: str, found: list[str]) -> None:
    assert codes(text) == found


@pytest.mark.parametrize("agency", ["云岭市人民政府办公厅", "云岭市政府办公室"])
def test_an_office_answers_for_its_government_and_may_speak_of_its_place(agency: str) -> None:
    assert codes("市政府共受理公开申请84件。", agency=agency) == ["N501"]
    assert codes("市政府共受理公开申请48件，办结46件。其中，予以公开19件。", agency=agency) == []
    assert codes("全市共收到公开申请840件，县政府收到84件。", agency=agency) == []
    assert codes("全市共收到公开申请840件。", agency=agency, scope="汇总") == ["N501"]
    assert codes("市政府共受理公开申请84件。", agency="云岭市水务局") == []


@pytest.mark.parametrize(
    ("agency", "text"),
    [
        ("青岭县自然资源和规划局", "市自然资源局共收到申请84件。"),
        ("青岭县自然资源和规划局", "县林业局共收到申请84件。"),
        ("国家税务总局云岭市青岭区税务局", "市税务局共收到申请84件。"),
        ("云岭市公安局青岭分局", "市公安局共收到申请84件。"),
        ("云岭市财政局", "沙河市财政局共收到申请84件。"),
        ("云岭市水务局", "省水务局共收到申请84件。"),
    ],
)
def test_another_organ_is_left_alone(agency: str, text: str) -> None:
    assert codes(text, agency=agency) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # of a later year, what is planned is said; a year behind 按照 is that of a plan
        ("2025年我局重点做好培训。", []),
        ("按照2023年工作部署，我局收到申请48件。", []),
        ("按照2023年工作部署，我局收到申请84件。", ["N501"]),
        ("二〇二三年，我局收到申请48件。", ["N504"]),
        ("二〇二四年，我局收到申请48件。", []),
        ("统计期限为2024年1月1日至2023年12月31日。", ["N504"]),
        ("统计周期为2024年1月1日至2024年12月31日。", []),
        ("统计时限为2023年1月1日至2023年12月31日。", ["N504"]),
        ("统计时限为2024年1月1日至12月31日。", []),
        # summed up within the report year, or since ever
        ("2024年，我局累计收到申请84件。", ["N501"]),
        ("2024年，我局收到申请48件；截至年底累计收到84件。", []),
        # a government that reports for itself alone
        ("收到申请48件，申请均已全部答复办结。", ["N510"]),
        ("48件申请全部在规定期限内办理完毕。", ["N510"]),
    ],
)
def test_years_and_what_is_done(text: str, found: list[str]) -> None:
    assert codes(text) == found


def test_a_government_that_reports_for_itself_calls_itself_so() -> None:
    assert codes("县政府收到申请84件。", agency="青岭县人民政府", scope="本级") == ["N501"]
    assert codes("县政府收到申请84件。", agency="青岭县人民政府", scope="汇总") == []
    assert codes("黑石新城收到申请84件。", agency="青岭县黑石新城管理委员会") == ["N501"]


def test_all_units_of_a_place_are_the_whole() -> None:
    assert codes("全县各镇街、各部门收到申请84件。", scope="汇总") == ["N501"]
    assert codes("各镇街收到申请84件。", scope="汇总") == []


@pytest.mark.parametrize(
    "text",
    [
        "收到申请48件，其中网上申请30件，占62.5%，信函申请18件，占37.5%。",
        "收到申请48件，网上申请30件，占网上来件的90%。",
        "网站公开政策30件，占90%。",
        "因征地等原因引发行政复议2件。",
    ],
)
def test_shares_of_a_channel_and_reasons(text: str) -> None:
    assert codes(text) == []


def test_an_organ_without_a_name_is_no_trouble() -> None:
    assert codes("收到公开申请84件。", agency="") == ["N501"]
    assert codes("收到公开申请84件。", agency="局") == ["N501"]


@pytest.mark.parametrize(
    "text",
    [
        # what did not happen beside what was counted right before
        "我局收到申请48件，未产生申请案例。",
        # a rate of something else than requests
        "主动公开工作总体良好，公开率100%。",
        "收到申请48件。主动公开工作总体良好，公开率100%。",
        # what 均 is said of
        "政府信息公开行政复议2件，行政诉讼2件，均经行政复议。",
        "收到申请48件，结转下年度4件。收到来信20件，均已办结。",
        "收到申请48件，均按期予以公开或答复。",
        "办结申请46件，其中予以公开19件，其余均不予公开。",
        "办结申请46件，除4件部分公开外，均不予公开。",
        "上年结转2件，均予以公开。",
        "收到申请48件，均按时公开答复。",
        "制发规范性文件2件，均现行有效。",
        "政府信息公开行政复议、行政诉讼各2件，均维持。",
        "办结申请46件，其中予以公开19件，其余为不予公开、无法提供等。",
        "政府信息公开行政诉讼2件，均为政府信息公开类。",
        # the share of a part that has no number
        "收到申请48件，自然人申请占比85.4%，法人申请占14.6%。",
        "办结申请46件，予以公开的占总数的41.3%。",
        # 其他 at the end of a list: its row, or all that the list leaves
        "办结申请46件，其中予以公开19件，部分公开4件，其他23件。",
        "答复中，予以公开19件，部分公开4件，不予公开4件，无法提供14件，不予处理3件，其他2件。",
        "答复中，予以公开19件，部分公开4件，其他23件。",
        "申请人中，自然人41件，商业企业6件，其他1件。",
        # a part in words that nobody knows, which name another organ or another kind of matter
        "收到申请48件，其中县林业局不予公开7件，部分公开9件。",
        "收到申请48件，土地行政复议案件12件，行政诉讼案件26件。",
        # what goes over to the next year
        "办结申请46件，另有4件转2025年继续办理。",
        "2件申请为2023年结转。",
        # ways that add up to all
        "收到申请48件，其中网上申请40件、信函申请8件，已答复46件。",
        "今年共办理申请50件，除4件结转下年外，其他46件均已答复。",
        # summed up, but over more than the year
        "2024年，我局收到申请48件。累计收到申请300件。",
        # documents put out: those made, or those in force
        "全年发布规范性文件2件。",
        "我局发布规范性文件9件。",
        "公安机关收到申请84件。",
        "发布规范性文件7条，文件16条。",
        # other kinds of reviews
        "税务行政复议案件9件。",
        # parts of reviews and suits that have no column
        "审结行政复议案件9件。",
        "政府信息公开行政复议2件，行政复议驳回9件。",
        "申请量较上年上升20%，共收到申请48件。",
        # what other matters are applied for
        "受理行政许可申请500件，办结498件。",
        "受理法律援助申请500件，办结498件。",
        "收到申请48件。受理登记申请500件，办结498件。",
        # an organ that only its last letter shows
        "县林业局收到信件46件，受理政府信息公开申请12件。",
    ],
)
def test_what_is_said_of_all_or_of_the_rest_is_right(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # after another matter, a subject of its own
        ("全年发布动态30条，未收到公开申请。", ["N501"]),
        ("发布动态30条，未发生因政府信息公开引发的行政复议。", ["N501"]),
        ("公开文件24份，其中制发规范性文件7件。", ["N501"]),
        ("全年主动公开文件53件，办理依申请公开64件。", ["N501"]),
        ("制发规范性文件7个，废止1个。", ["N501"]),
        ("行政许可处理决定371个，行政处罚处理决定56个。", ["N501"]),
        ("作为依申请公开信息9条，受理公民提出的政府信息公开申请84条。", ["N501"]),
        # who may ask, in words that nobody need know
        ("未收到社会各界和企事业单位主动要求公开政府信息的申请。", ["N501"]),
        ("没有收到市民要求公开政府信息的申请。", ["N501"]),
        ("申请信息经查询不存在9件，收到申请48件。", ["N501"]),
        ("印发并公开规范性文件7件。", ["N501"]),
        # after ways that add up to all, all are meant
        ("收到申请48件，其中网上申请40件、信函申请8件，均按期办结。", ["N510"]),
        # where something was published, under whose lead, by which ways together
        ("通过县政府门户网站发布动态30条，收到申请84件。", ["N501"]),
        ("在县委、县政府坚强领导下，共收到申请84件。", ["N501"]),
        ("通过网站、信函等渠道共收到申请84件。", ["N501"]),
        # what is said of all
        ("收到申请48件，均为自然人申请。", ["N501"]),
        ("48件申请均不予公开。", ["N501"]),
        ("收到申请48件，申请人为自然人。", ["N501"]),
        ("政府信息公开行政复议2件，均维持。", ["N501"]),
        ("政府信息公开行政诉讼2件，均为复议后起诉。", ["N501"]),
        ("收到申请48件，均按期办结。", ["N510"]),
        ("收到申请48件，都已依法依规办理完毕。", ["N510"]),
        ("收到申请48件，均在20个工作日内办结。", ["N510"]),
        ("作出水行政处罚决定65件。", ["N501"]),
        ("收到申请48件，自然人申请占比95.4%。", ["N503"]),
        ("收到申请48件（自然人41件，法人7件），均已办结。", ["N510"]),
        ("申请量较上年上升30%，共收到申请48件。", ["N503"]),
        # parts that no row counts, in a list that goes on
        ("制发规范性文件2件，修改1件，现行有效7件。", ["N501"]),
        ("办理行政许可317件、行政确认120件、行政处罚65件。", ["N501"]),
        ("收到申请48件，7件未到答复期限。", ["N501"]),
        ("办结申请46件，结转7件至下年度办理。", ["N501"]),
        ("2024年我局未办理依申请公开事项。", ["N501"]),
        # a part in words that nobody knows, which name no organ
        ("收到申请48件，其中已主动公开和同意公开的19件，不予公开7件。", ["N501"]),
        ("收到申请48件。其中，已主动公开和同意公开的19件，不予公开7件。", ["N501"]),
        ("本年度新增信息237条，其中新制发规章0件、规范性文件7件。", ["N501"]),
        # the rest
        ("答复中，予以公开19件，部分公开4件，不予公开4件，无法提供14件，不予处理3件，其他7件。", ["N501"]),
        ("申请人中，自然人41件，商业企业6件，其他5件。", ["N501"]),
        ("今年共办理申请50件，除4件结转下年外，其他41件均已答复。", ["N501"]),
        # the next year, and the one before
        ("办结申请46件，另有7件转2025年继续办理。", ["N501"]),
        ("2件申请结转2025年办理。", ["N501"]),
        ("收到申请48件，其中网上申请40件、信函申请8件，已答复45件。", ["N501"]),
        ("办理回复申请46件，其中网上申请件45件，书面申请件3件。", ["N502"]),
        ("2024年，我局规范办理。累计收到申请84件。", ["N501"]),
        ("全年发布规范性文件7件。", ["N501"]),
        ("作出行政强制措施7件。", ["N501"]),
        ("全年采取行政强制措施7件。", ["N501"]),
        ("共收到申请84件，均书面答复。", ["N501"]),
        ("因政府信息公开问题被申请行政复议有5件。", ["N501"]),
    ],
)
def test_what_is_said_of_all_or_of_the_rest_is_wrong(text: str, found: list[str]) -> None:
    assert codes(text) == found


@pytest.mark.parametrize(
    ("agency", "text"),
    [
        ("青岭县住房和城乡建设局", "2024年，县住建局共收到申请84件。"),
        ("青岭县城市管理局", "县城管局共收到申请84件。"),
        ("云岭市发展和改革委员会", "市发改委共收到申请84件。"),
        ("云岭市住房和城乡建设委员会", "2024年，市住建委共收到申请84件。"),
        ("国家税务总局云岭市税务局", "云岭市税务局共收到申请84件。"),
        ("云岭市公安局交通警察支队", "2024年，支队共收到申请84件。"),
        ("青岭县黑石街道办事处", "2024年，黑石街道办共收到申请84件。"),
        ("云岭市公安局", "市局共收到申请84件。"),
        ("国家税务总局云岭市税务局", "2024年，市局共收到申请84件。"),
        ("青岭县黑石镇人民政府", "全镇共收到申请84件。"),
        ("云岭市人民政府办公室", "2024年，市政府及政府办共受理申请84件。"),
        ("云岭市人民政府办公室", "市政府办共受理申请84件。"),
    ],
)
def test_more_short_names_of_the_organ(agency: str, text: str) -> None:
    assert codes(text, agency=agency) == ["N501"]
    assert codes(text.replace("84", "48"), agency=agency) == []


@pytest.mark.parametrize(
    ("agency", "text"),
    [
        ("青岭县城市管理局", "市城管局共收到申请84件。"),
        ("青岭县发展和改革委员会", "市发改委共收到申请84件。"),
        ("青岭县水务局", "未收到省水利厅要求公开的申请。"),
        ("青岭县住房和城乡建设局", "乡住建局共收到申请84件。"),
        ("云岭市公安局交通警察支队", "交警大队、各支队收到申请84件。"),
        ("青岭县水务局", "县政府收到申请84件。"),
        ("云岭市公安局青岭分局", "市局共收到申请84件。"),
        ("青岭县公安局", "市局共收到申请84件。"),
    ],
)
def test_more_of_other_organs_is_left_alone(agency: str, text: str) -> None:
    assert codes(text, agency=agency) == []


def test_all_offices_of_a_force_are_the_whole() -> None:
    assert codes("全市公安机关共收到申请84件。", agency="云岭市公安局", scope="汇总") == ["N501"]
    assert codes("全市公安机关共收到申请84件。", agency="云岭市公安局", scope="本级") == []
