"""A believable directory of customers, of any size, the same for the same seed.

Names follow the countries they come from: surnames, coined brands and trades with
the legal forms used there; a few words are common and most are rare, as in life.
"""

import csv
import random
from itertools import accumulate
from pathlib import Path

from portal.directory import COLUMNS

# country: (share, surnames, trades, forms, cities with their states)
COUNTRIES: dict[str, tuple[int, str, str, str, str]] = {
    "BR": (
        22,
        "Silva Souza Oliveira Santos Pereira Lima Carvalho Ferreira Ribeiro Araújo Conceição "
        "Gonçalves Magalhães Antunes Brandão",
        "Engenharia|Tecnologia|Comércio de Alimentos|Distribuidora|Transportes|Soluções em Saúde|"
        "Construções|Agropecuária|Consultoria Empresarial|Indústria Química|Educação|Logística",
        "Ltda|Ltda.|S.A.|S/A|Eireli|Ltda ME",
        "São Paulo/SP|Campinas/SP|Rio de Janeiro/RJ|Belo Horizonte/MG|Curitiba/PR|Recife/PE|"
        "Goiânia/GO|Florianópolis/SC|Brasília/DF|Uberlândia/MG",
    ),
    "US": (
        24,
        "Smith Johnson Williams Brown Garcia Miller Davis Wilson Anderson Thompson Harris Clark "
        "Lewis Walker Hernandez",
        "Health Systems|Manufacturing|Logistics|Capital Partners|School District|Foods|"
        "Software|Energy|Retail Group|Insurance Services|Construction|Biotech",
        "Inc.|LLC|Corp.|Corporation|Co.|LLP|",
        "Seattle/WA|Austin/TX|Chicago/IL|Boston/MA|New York/NY|Denver/CO|Atlanta/GA|Phoenix/AZ|"
        "San Jose/CA|Portland/OR",
    ),
    "IN": (
        16,
        "Sharma Patel Gupta Reddy Iyer Nair Singh Mehta Agarwal Chatterjee Desai Kulkarni Rao "
        "Banerjee Joshi",
        "Infotech|Textiles|Pharmaceuticals|Steel Works|Exports|Agro Industries|Hospitals|"
        "Engineering|Technologies|Enterprises|Chemicals|Motors",
        "Pvt. Ltd.|Private Limited|Ltd.|LLP|Limited",
        "Mumbai/Maharashtra|Pune/Maharashtra|Bengaluru/Karnataka|Hyderabad/Telangana|"
        "Chennai/Tamil Nadu|New Delhi/Delhi|Ahmedabad/Gujarat|Kolkata/West Bengal",
    ),
    "DE": (
        12,
        "Müller Schmidt Schneider Fischer Weber Wagner Becker Hoffmann Schäfer Köhler Krüger "
        "Zimmermann Böhm Jäger",
        "Maschinenbau|Logistik|Versicherungen|Automobiltechnik|Elektrotechnik|Bau|Medizintechnik|"
        "Stadtwerke|Handelsgesellschaft|Feinmechanik",
        "GmbH|AG|GmbH & Co. KG|KG|SE|e.V.",
        "München/Bayern|Berlin/Berlin|Hamburg/Hamburg|Köln/Nordrhein-Westfalen|Stuttgart/"
        "Baden-Württemberg|Düsseldorf/Nordrhein-Westfalen|Leipzig/Sachsen",
    ),
    "FR": (
        9,
        "Martin Bernard Dubois Lefèvre Moreau Girard Rousseau Fournier Chevalier Gauthier Béranger",
        "Industries|Conseil|Transports|Énergies|Bâtiment|Assurances|Santé|Logiciels|Agroalimentaire",
        "SAS|SARL|S.A.|EURL|SASU",
        "Paris/Île-de-France|Lyon/Rhône|Marseille/Provence|Toulouse/Occitanie|Nantes/Bretagne",
    ),
    "MX": (
        7,
        "Hernández Martínez López González Rodríguez Ramírez Cruz Flores Gómez Núñez",
        "Alimentos|Construcciones|Servicios Industriales|Automotriz|Textiles|Comercializadora",
        "S.A. de C.V.|S. de R.L. de C.V.|S.C.",
        "Ciudad de México/CDMX|Monterrey/Nuevo León|Guadalajara/Jalisco|Puebla/Puebla",
    ),
    "PL": (
        4,
        "Kowalski Nowak Wiśniewski Wójcik Zieliński Szymański Dąbrowski",
        "Budownictwo|Transport|Informatyka|Przemysł|Handel|Meble",
        "Sp. z o.o.|S.A.|Sp. k.",
        "Warszawa/Mazowieckie|Kraków/Małopolskie|Łódź/Łódzkie|Gdańsk/Pomorskie",
    ),
    "JP": (
        3,
        "東京 大阪 三河 富士 日本 北海 九州 横浜 京都 千代田",
        "電機|建設|商事|自動車|運輸|化学|食品|製薬",
        "株式会社|合同会社",
        "東京/東京都|大阪/大阪府|横浜/神奈川県|名古屋/愛知県",
    ),
    "GB": (
        3,
        "Jones Taylor Davies Evans Roberts Hughes Edwards Whitfield Ashworth",
        "Holdings|Foods|Engineering|Consulting|Housing Association|NHS Trust|Aerospace",
        "Ltd|Limited|PLC|LLP",
        "London/|Manchester/|Birmingham/|Leeds/|Glasgow/Scotland|Cardiff/Wales",
    ),
}
STARTS = "al an ar bel bra cal con cor da del dyn el em fa fin ga gra hel in jo kar la lu ma mer \
mon na nor o or pa pri qua ra ri sal san sol ta tel tri u va ver vi wes xe ya zen".split()
MIDDLES = "ba be bi bo ca ce ci co da de di do fa fi ga gi go la le li lo ma me mi mo na ne ni no \
pa pe pi po ra re ri ro sa se si so ta te ti to va ve vi vo".split()
ENDS = "bra cor dex dia don ex fy gen ia ica ion is ix lan lia lis max mo na nex nia nova on ora \
os plan qua ra ris ro sys tec tek tia tis tra trix um us va vex via x zon".split()
KINDS = ["managed", "unmanaged", "register"]


def write_directory(path: Path, rows: int, seed: int = 7) -> None:
    """Write `rows` accounts as a file that `import_accounts` reads."""
    dice = random.Random(seed)
    brands = Brands(dice, max(50, rows // 12))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        last: dict[str, str] = {}
        for number in range(1, rows + 1):
            last = _account(dice, brands, number, last)
            writer.writerow(last)


class Brands:
    """Coined names: few of them common, most of them rare."""

    def __init__(self, dice: random.Random, size: int) -> None:
        parts = [STARTS, MIDDLES, ENDS]
        longer = [STARTS, MIDDLES, MIDDLES, ENDS]
        coined = ("".join(map(dice.choice, dice.choice([parts, longer]))) for _ in range(size))
        self.names = [name.title() for name in coined]
        self.weights = list(accumulate(1 / (rank + 20) for rank in range(size)))

    def pick(self, dice: random.Random) -> str:
        return dice.choices(self.names, cum_weights=self.weights)[0]


def _account(
    dice: random.Random, brands: Brands, number: int, last: dict[str, str]
) -> dict[str, str]:
    kind = dice.choices(KINDS, [25, 35, 40])[0]
    if last.get("kind") == "managed" and dice.random() < 0.12:  # a linked duplicate
        group = last["group"] or f"group-{number}"
        last["group"] = group
        return {**last, "tpid": str(10_000_000 + number), "duns": "", "group": group}
    country = dice.choices(list(COUNTRIES), [c[0] for c in COUNTRIES.values()])[0]
    brand, name = _name(dice, brands, country)
    city, _, state = dice.choice(COUNTRIES[country][4].split("|")).partition("/")
    return {
        "kind": kind,
        "name": name,
        "address_line1": f"{dice.randint(1, 4000)} {brand} Park",
        "city": city,
        "state": state,
        "postal_code": f"{dice.randint(10000, 99999)}",
        "country": country,
        "duns": f"{100_000_000 + number}" if kind == "register" or dice.random() < 0.6 else "",
        "tpid": str(10_000_000 + number) if kind != "register" else "",
        "is_federal": "yes" if kind == "register" and dice.random() < 0.01 else "no",
        "has_macc": "yes" if kind == "managed" and dice.random() < 0.1 else "no",
        "domains": f"{brand.lower()}{number}.example" if dice.random() < 0.5 else "",
        "group": "",
    }


def _name(dice: random.Random, brands: Brands, country: str) -> tuple[str, str]:
    _share, surnames, trades, forms, _cities = COUNTRIES[country]
    brand, surname = brands.pick(dice), dice.choice(surnames.split())
    trade, form = dice.choice(trades.split("|")), dice.choice(forms.split("|"))
    if country == "JP":
        return brand, f"{form}{surname}{brand}{trade}"
    shape = dice.random()
    if shape < 0.55:
        core = f"{brand} {trade}"
    elif shape < 0.75:
        core = f"{surname} & {dice.choice(surnames.split())} {trade}"
    elif shape < 0.9:
        core = f"{brand} {surname} {trade}"
    else:
        core = f"{brand} {brands.pick(dice)}"
    return brand, f"{core} {form}".strip()


def queries(path: Path, size: int, seed: int = 11) -> dict[str, list[tuple[str, str]]]:
    """What people type to find accounts of this file: (name, location), by kind of query."""
    dice = random.Random(seed)
    with path.open(newline="", encoding="utf-8") as file:
        rows = dice.sample(list(csv.DictReader(file)), size)
    kept = [(row, row["name"].replace("&", " ").split()) for row in rows]
    kept = [(row, words) for row, words in kept if len(words) > 1 and words[0].isalpha()]
    two = [(" ".join(words[:2]), "") for _row, words in kept]
    return {
        "two words": two,
        "two words, the last half typed": [
            (name[: -max(1, len(name) // 5)], "") for name, _ in two
        ],
        "one word": [(words[0], "") for _row, words in kept],
        "name and place": [(words[0], f"{row['city']} {row['country']}") for row, words in kept],
        "trade and place": [(words[1], row["city"]) for row, words in kept],
        "a typo": [(_mistyped(dice, name), "") for name, _place in two],
        "three letters": [(words[0][:3], "") for _row, words in kept],
    }


def _mistyped(dice: random.Random, text: str) -> str:
    """One letter missing, doubled, wrong or swapped with the next, not the first."""
    at = dice.randrange(1, max(2, min(len(text.split(maxsplit=1)[0]), len(text) - 2)))
    slips = [
        text[:at] + text[at + 1 :],
        text[:at] + text[at] + text[at:],
        text[:at] + dice.choice("aeiourst") + text[at + 1 :],
        text[:at] + text[at + 1] + text[at] + text[at + 2 :],
    ]
    return dice.choice(slips)
