"""Names of people as 80 languages write them."""

NAMES = {
    "Afrikaans": "François Pienaar", "Albanian": "Gëzim Çeliku", "Amharic": "አበበ ቢቂላ", "Arabic": "محمد بن يوسف",
    "Armenian": "Արամ Խաչատրյան", "Assamese": "ভূপেন হাজৰিকা", "Azerbaijani": "Şəhriyar Məmmədov", "Basque": "Iñaki Etxeberria",
    "Belarusian": "Васіль Быкаў", "Bengali": "রহিম উদ্দিন", "Bosnian": "Đorđe Šahinović", "Bulgarian": "Йордан Йовков",
    "Burmese": "အောင်ဆန်း", "Cantonese": "陳港生", "Catalan": "Núria Gaudí", "Cherokee": "ᏍᏏᏉᏯ", "Chinese": "朱镕基",
    "Chinese in Taiwan": "林懷民", "Croatian": "Željko Čović", "Czech": "Jiří Dvořák", "Danish": "Søren Kierkegård",
    "Dhivehi": "އަޙުމަދު", "Dutch": "Daniël van 't Hof", "Dzongkha": "བསོད་ནམས", "Estonian": "Jüri Põld", "Ewe": "Kɔfi Ɖogbe",
    "Faroese": "Jógvan Ólavsson", "Filipino": "Niño Peña", "Finnish": "Väinö Hämäläinen", "French": "Loïc Lefèvre",
    "Fulah": "𞤀𞤥𞤢𞤣𞤵", "Georgian": "შოთა რუსთაველი", "German": "Jürgen Groß", "Greek": "Ηλέκτρα Παπαδοπούλου",
    "Gujarati": "નરેશ પટેલ", "Hausa": "Ƙarfi Ɓala", "Hawaiian": "Kamehameha ʻŌpūnui", "Hebrew": "שרה לוי", "Hindi": "आशा शर्मा",
    "Hungarian": "Őry Győző", "Icelandic": "Þórður Ægisson", "Igbo": "Chị́ma Ụ́zọ", "Inuktitut": "ᓄᓇᕗᑦ ᐊᓪᓚ", "Irish": "Séamus Ó Néill",
    "Japanese": "髙橋 さくら", "Javanese": "ꦱꦸꦏꦂꦤ", "Kannada": "ಕುವೆಂಪು", "Kazakh": "Әлия Қожахмет", "Khmer": "សុខ ចាន់", "Korean": "뷁민수",
    "Kyrgyz": "Чыңгыз Өмүров", "Lao": "ບຸນມີ ສຸກ", "Latvian": "Jānis Ķēniņš", "Lithuanian": "Žydrūnas Į̃gas", "Macedonian": "Ѓорѓи Ќосев",
    "Malayalam": "വള്ളത്തോൾ", "Manipuri": "ꯃꯅꯤꯄꯨꯔ", "Marathi": "लता मंगेशकर", "Marshallese": "N̄oļ M̧ajeļ", "Mongolian": "ᠴᠢᠩᠭᠢᠰ",
    "N'Ko": "ߛߏߟߏߡߊߣߊ", "Navajo": "Béésh Łigaii", "Nepali": "गीता पौडेल", "Norwegian": "Bjørn Ødegård", "Odia": "ଗୋପାଳ ଦାସ",
    "Persian": "پرویز چنگیزی", "Polish": "Łukasz Żółć", "Portuguese": "João Conceição", "Punjabi": "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ",
    "Romanian": "Ștefan Țăranu", "Russian": "Фёдор Ёлкин", "Santali": "ᱥᱟᱱᱛᱟᱲᱤ", "Serbian": "Ђорђе Љубић", "Sindhi": "ڄام ٻلو",
    "Sinhala": "සුනිල් පෙරේරා", "Slovak": "Ľudovít Štúr", "Swedish": "Åsa Öberg", "Syriac": "ܐܦܪܝܡ", "Tamazight": "ⵎⴰⵙⵉⵏⵉⵙⴰ",
    "Tamil": "கொடிவேலு ஸ்ரீ", "Telugu": "శ్రీనివాస్", "Thai": "น้ำฝน กำธร", "Tibetan": "བསྟན་འཛིན", "Turkish": "Çağrı Işık",
    "Ukrainian": "Їжакевич Ґалаґан", "Urdu": "ڈاکٹر ٹیپو", "Vai": "ꕉꕜꕮ", "Vietnamese": "Nguyễn Thị Minh Khai", "Welsh": "Siân Ŵyn",
    "Yi": "ꆈꌠꁱꂷ", "Yoruba": "Ẹ́niọlá Ṣọ́lá",
}  # fmt: skip
