"""Taiwan wording: what a Taiwanese marketer writes, nothing damaged on the way, and stable when converted again."""

from __future__ import annotations

import pytest

from agent import locale
from agent.data import read_yaml
from agent.resources import prompts_dir

TABLE = [
    ("小红书", "小紅書"),
    ("抖音和快手", "抖音和快手"),
    ("微信公众号与视频号", "微信公眾號與視頻號"),
    ("B站弹幕", "B站彈幕"),
    ("短视频和长视频", "短影音和長影片"),
    ("种草笔记", "種草貼文"),
    ("在热帖和旧帖下补一句", "在熱門貼文和舊貼文下補一句"),
    ("全屏短视频，出镜人打码", "全螢幕短影音，入鏡人打馬賽克"),
    ("违禁词与合作标识", "不得使用的詞與合作標示"),
    ("大促期投放", "大檔期投放"),
    ("三种情景，从哪儿来", "三種情境，從哪裡來"),
    ("开设官方账号", "開設官方帳號"),
    ("账户与密码", "帳戶與密碼"),
    ("点赞数", "按讚數"),
    ("评论区置顶", "留言區置頂"),
    ("每条评论两小时内回复", "每則留言兩小時內回覆"),
    ("邀请食品评论家试吃", "邀請食品評論家試吃"),
    ("转发抽奖", "分享抽獎"),
    ("引导关注账号", "引導追蹤帳號"),
    ("取消关注的人", "取消追蹤的人"),
    ("用户最关注的问题", "用戶最關注的問題"),
    ("私信回复", "私訊回覆"),
    ("腰部达人与素人", "中型創作者與素人"),
    ("达人合作费", "創作者合作費"),
    ("触达人群", "觸及族群"),
    ("表达人群的情绪", "表達族群的情緒"),
    ("覆盖达人次上限", "覆蓋達人次上限"),
    ("美妆博主", "美妝創作者"),
    ("微博主页", "微博主頁"),
    ("涨粉与掉粉", "增粉與掉粉"),
    ("落地页链接", "到達頁連結"),
    ("广告投放", "廣告投放"),
    ("周复盘与月复盘", "週檢討與月檢討"),
    ("图文与直播带货", "圖文與直播導購"),
    ("话题标签不超过五个", "主題標籤不超過五個"),
    ("触达率", "觸及率"),
    ("内容日历", "內容行事曆"),
    ("团队分工", "團隊分工"),
    ("内容质量把关", "內容品質把關"),
    ("高质量内容", "高品質內容"),
    ("蛋白质量表", "蛋白質量表"),
    ("生产流程", "生產流程"),
    ("立项评审", "專案啟動評審"),
    ("统计口径", "統計方式"),
    ("对外口径一致", "對外說法一致"),
    ("增长抓手", "成長切入點"),
    ("用户共创计划", "用戶共創計畫"),
    ("用户画像", "人物誌"),
    ("目标人群", "目標客群"),
    ("社交媒体营销策划及执行方案", "社群媒體行銷企劃及執行方案"),
    ("账号运营", "帳號經營"),
    ("社群运营", "社群經營"),
    ("优化标题", "優化標題"),
    ("定时发布", "定時發布"),
    ("新品发布会", "新品發表會"),
    ("发布声明", "發布聲明"),
    ("内容类型", "內容類型"),
    ("传播对象", "傳播對象"),
    ("审核与审批", "審核與核准"),
    ("账号权限", "帳號權限"),
    ("拍摄脚本", "拍攝腳本"),
    ("点击率与转化率", "點擊率與轉換率"),
    ("零添加蔗糖", "零添加蔗糖"),
    ("不添加防腐剂", "不添加防腐劑"),
    ("良性循环", "良性循環"),
    ("发布时间窗口", "發布時段"),
    ("归因窗口为 7 天", "歸因區間為 7 天"),
    ("餐厅菜单", "餐廳菜單"),
    ("手冲咖啡", "手沖咖啡"),
    ("包装的高级感", "包裝的高級感"),
    ("克制的语气", "克制的語氣"),
    ("配合同事完成", "配合同事完成"),
    ("整合同类内容", "整合同類內容"),
    ("签订合同", "簽訂合約"),
    ("采访问题清单", "採訪問題清單"),
    ("网站访问量", "網站造訪次數"),
    ("不同比例", "不同比例"),
    ("同比增长 20%", "較去年同期成長 20%"),
    ("区域名称", "區域名稱"),
    ("累积分数", "累積分數"),
    ("会员积分", "會員點數"),
    ("销售渠道", "銷售通路"),
    ("线上渠道", "線上管道"),
    ("各渠道数据分析", "各管道數據分析"),
    ("行业热点", "產業熱門話題"),
    ("平台后台", "平台後台"),
    ("台湾市场", "台灣市場"),
    ("95% 置信区间", "95% 信賴區間"),
    ("显著性水平 5%", "顯著水準 5%"),
    ("应急预案演练", "緊急應變計畫演練"),
    ("用户反馈与投诉", "用戶回饋與客訴"),
    ("检查项目", "檢查項目"),
    ("审批程序", "核准程序"),
    ("微信小程序", "微信小程式"),
    ("感谢支持", "感謝支持"),
    ("法定节假日调休", "國定假日補假"),
    ("啤酒与酒店", "啤酒與飯店"),
    ("文档与文件", "文件與文件"),
    ("信息流广告", "動態消息廣告"),
    ("字节跳动", "字節跳動"),
    ("扫码进群", "掃描 QR Code進群組"),
    ("笔记本电脑", "筆記型電腦"),
    ("单次转化成本", "單次轉換成本"),
    ("选题与钩子", "選題與吸睛開頭"),
    ("行动号召", "行動呼籲"),
    ("签核人与会签", "簽核人與會簽"),
    ("高峰周工时", "高峰週工時"),
    ("30 分钟内了解分布", "30 分鐘內了解分布"),
    ("“主阵地”", "「主力平台」"),
    ("体检与复盘", "健檢與檢討"),
    ("{weeks} 周、隔四周", "{weeks} 週、隔四週"),
    ("附上链接回一句", "附上連結回一句"),
    ("以为看参数就能判断好坏", "以為看規格就能判斷好壞"),
    ("看参数", "看規格"),
    ("记得住人，记不住参数", "記得住人，記不住規格"),
    ("链接参数", "連結參數"),
    ("志愿者的故事", "志工的故事"),
    ("面料的手感", "布料的手感"),
    ("多半只看一眼", "多半只看一眼"),
    ("审批人签过字", "核准人簽過字"),
    ("提前签好", "提前簽好"),
    ("书签与标签", "書籤與標籤"),
    ("常回复的人", "常回覆的人"),
    ("甜的才好保存", "甜的才放得久"),
    ("适合保存的清单", "適合收藏的清單"),
    ("高赞评论", "高讚數留言"),
    ("Instagram 快拍", "Instagram 限時動態"),
    ("更加推荐", "更加推薦"),
    ("加推一周", "加碼推廣一週"),
    ("就把当周加推给它", "當週就替它加碼推廣"),
    ("与合作者对接", "與合作者聯絡"),
    ("直播与商品闭环最短", "直播與商品成交路徑最短"),
    ("事实清楚，未出圈", "事實清楚，未擴散到圈外"),
    ("企业微信与私域工具", "企業微信與自有名單工具"),
    ("赌一条爆款", "賭一則爆紅貼文"),
    ("三万粉丝", "三萬粉絲"),
    ("十万粉以上", "十萬追蹤者以上"),
    ("说说你的算法", "說說你的算法"),
    ("拍脑袋的目标", "隨便決定的目標"),
    ("站内搜索", "站內搜尋"),
    ("首屏", "第一個畫面"),
    ("投资回报率", "投資報酬率"),
    ("远程交易", "通訊交易"),
    ("果酱不抹面包怎么吃", "果醬不抹麵包怎麼吃"),
    ("全面包括三项", "全面包括三項"),
    ("挨得近", "挨得近"),
    ("主页置顶", "個人檔案置頂"),
    ("公司主页", "公司專頁"),
    ("点了关注就看得到", "按了追蹤就看得到"),
    ("必须关注", "必須追蹤"),
    ("提前过审", "提前通過審核"),
    ("经过审核", "經過審核"),
    ("价格与话术", "價格與說法"),
    ("https://example.com/a?utm_source=x", "https://example.com/a?utm_source=x"),
]
GLOSSARY: dict[str, str] = read_yaml(prompts_dir() / "locales" / "zh-TW.glossary.yaml")


@pytest.mark.parametrize(("mainland", "taiwan"), TABLE)
def test_taiwan_usage(mainland: str, taiwan: str) -> None:
    assert locale.to_taiwan(mainland) == taiwan


@pytest.mark.parametrize("words", [words for words, _ in TABLE])
def test_converting_twice_changes_nothing(words: str) -> None:
    once = locale.to_taiwan(words)
    assert locale.to_taiwan(once) == once


def test_every_wording_of_the_glossary_is_stable() -> None:
    unstable = {word: locale.to_taiwan(word) for word in GLOSSARY.values() if locale.to_taiwan(word) != word}
    assert not unstable


def test_the_glossary_is_rich_enough() -> None:
    assert sum(word != taiwan for word, taiwan in GLOSSARY.items()) >= 120


def test_every_label_is_stable_in_taiwan_wording() -> None:
    labels = locale._labels("zh-TW")
    unstable = {key: (text, locale.to_taiwan(text)) for key, text in labels.items() if locale.to_taiwan(text) != text}
    assert not unstable


def test_no_entry_starts_inside_a_word_that_opencc_leaves_alone() -> None:
    """A longer word of the glossary that holds a shorter one keeps its own wording."""
    damaged = {}
    for word, taiwan in GLOSSARY.items():
        inside = [other for other in GLOSSARY if other != word and other in word]
        if inside and locale._glossary()[0].sub(lambda match: GLOSSARY[match[0]], word) != taiwan:
            damaged[word] = inside
    assert not damaged


def test_names_of_publications_stand_in_taiwans_characters_as_the_text_does() -> None:
    assert locale.in_script("台湾社群通讯行为调查：社群平台", "zh-TW") == "台灣社群通訊行為調查：社群平台"
    assert locale.in_script("群众与里面", "zh-CN") == "群众与里面"
