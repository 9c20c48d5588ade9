"""Complaints about internet, landline and mobile."""

from api.sample.words.topic import Area, Topic

INTERNET = Area(
    name="Internet and landline",
    skill="Network",
    team="Network",
    products=("Fibre 250", "Fibre 500", "Fibre 1000", "DSL 50", "DSL 100", "Cable 400", "HomeBox 4", "HomeBox 6 Pro"),
    topics=(
        Topic(
            name="Outage",
            share=1.4,
            urgency=4,
            subjects=("No internet in {place} since {since}", "{product} is dead", "Line down again, reference {ref}"),
            problems=(
                "My {product} has had no connection at all since {since}; the whole street in {place} seems to be affected.",
                "The internet light on the router has been red since {since} and nothing works, neither internet nor telephone.",
                "For the {number}th time this year the line in {place} is down.",
            ),
            findings=(
                "Several lines on the same cabinet are out; matches the disturbance in {place}.",
                "No sync since {since}. Remote reset of the port did not help, fibre break suspected.",
            ),
            questions=(
                "Could you tell me which lights on the router are on, and which colour they have?",
                "Please unplug the router for one minute and tell us whether the second light turns green.",
            ),
            answers=(
                "Only the power light is on, all the others stay dark.",
                "I unplugged it for five minutes as you asked. The second light blinks and then turns red again.",
            ),
            fixes=(
                "The damaged cable in {place} has been replaced, and your line has been stable since. We credit {amount} for the days without service.",
                "We moved your line to another port and measured it for two hours: it holds. The outage is deducted from your next bill.",
            ),
        ),
        Topic(
            name="Slow connection",
            share=1.5,
            subjects=(
                "{product} far slower than promised",
                "Only {number} Mbit/s every evening",
                "Speed in {place} drops at night",
            ),
            problems=(
                "Since {since} my {product} reaches barely {number} Mbit/s in the evening, by cable as well as by Wi-Fi.",
                "I pay for {product} and measured {number} Mbit/s on three days in a row.",
                "Video calls freeze since {since}, and your own speed test shows less than a tenth of what I booked.",
            ),
            findings=(
                "Segment in {place} is at 94 % load between 19:00 and 23:00; split is planned.",
                "Line test shows high attenuation, profile was lowered automatically.",
            ),
            questions=(
                "Could you send us three measurements by cable, taken at different times of day?",
                "Is anything else connected between the wall socket and the router, a splitter for instance?",
            ),
            answers=(
                "Morning {number} Mbit/s, noon a little more, at nine in the evening hardly anything.",
                "Nothing in between, the router hangs directly on the socket with your own cable.",
            ),
            fixes=(
                "We reset the line profile and moved you to a less busy segment; the last test shows the full speed.",
                "The faulty splitter in the cabinet was replaced. Until then you owe half the monthly fee, {amount} come back to you.",
            ),
        ),
        Topic(
            name="Router and Wi-Fi",
            share=1.1,
            urgency=0.5,
            subjects=("Router restarts by itself", "Wi-Fi of {product} drops", "New router does not connect"),
            problems=(
                "The router restarts about {number} times a day since {since}.",
                "In two rooms the Wi-Fi is gone since the update of {day}, although nothing was moved.",
                "The replacement router that came with order {ref} does not connect to {product}.",
            ),
            findings=(
                "Firmware of {day} is known to restart with many devices; roll back offered.",
                "Device is registered under the old serial number, activation {ref} is stuck.",
            ),
            questions=(
                "What is the serial number on the label at the bottom of the router?",
                "How many devices are connected when it restarts?",
            ),
            answers=(
                "The number on the label is {ref}.",
                "About {number} devices, and it also happens at night when nobody uses them.",
            ),
            fixes=(
                "We installed the corrected firmware remotely; since then there was no restart.",
                "A new router is on its way under shipment {ref}. Please return the old one with the enclosed label.",
            ),
        ),
        Topic(
            name="Landline and TV",
            share=0.6,
            urgency=0.7,
            subjects=(
                "Calls break off after {number} seconds",
                "Number not ported yet",
                "TV channels missing on {product}",
            ),
            problems=(
                "Callers hear only noise since {since}, and calls break off after {number} seconds.",
                "My old number should have been moved on {day}, but nobody can reach me in {place}.",
                "Since {since} half of the channels are gone, although the package costs {amount} a month.",
            ),
            findings=(
                "Porting request {ref} was rejected by the old provider: name does not match.",
                "Voice registration fails every 300 s, SIP credentials are out of date.",
            ),
            questions=(
                "Does this happen with every handset, or only with one of them?",
                "Under which name exactly was the number registered with your old provider?",
            ),
            answers=(
                "With both handsets, the corded one as well.",
                "It was registered under my wife's name, she signs with her maiden name.",
            ),
            fixes=(
                "The number has been moved this morning; test calls in both directions were fine.",
                "We renewed the registration of your line, calls hold again.",
            ),
        ),
    ),
)

MOBILE = Area(
    name="Mobile",
    skill="Mobile",
    team="Network",
    products=("Mobile S", "Mobile M", "Mobile L", "Mobile Unlimited", "Prepaid Flex", "Family Plan", "Data SIM 20"),
    topics=(
        Topic(
            name="Coverage",
            share=0.9,
            subjects=("No reception in {place}", "{product}: calls drop at home", "5G gone since {since}"),
            problems=(
                "Since {since} I have no reception in {place}, indoors or outdoors.",
                "With {product} calls drop after a minute when I am in {place}; my neighbours with other providers are fine.",
                "The phone has shown one bar in {place} since {since} and messages arrive hours late.",
            ),
            findings=(
                "Site in {place} runs at reduced power, part ordered under {ref}.",
                "No fault in the cell; phone does not offer VoLTE, needs an update.",
            ),
            questions=(
                "Which phone do you use, and which network does it show at the top of the screen?",
                "Does it help when you choose the network by hand?",
            ),
            answers=(
                "It is two years old, the display says 3G most of the time.",
                "I tried that {number} times, it finds the network and loses it again.",
            ),
            fixes=(
                "The antenna in {place} is back at full power since this morning.",
                "Calls over Wi-Fi are now switched on for your number, so that you can be reached at home.",
            ),
        ),
        Topic(
            name="SIM and eSIM",
            share=0.8,
            urgency=1.3,
            subjects=("eSIM cannot be activated", "SIM card for {product} never arrived", "Locked after a wrong PUK"),
            problems=(
                "The activation code of my eSIM, order {ref}, is said to be used already.",
                "I ordered a SIM card for {product} {number} days ago and nothing has come.",
                "After a change of phone the SIM has been locked since {since}, and the PUK in the app is wrong.",
            ),
            findings=(
                "Profile {ref} was downloaded once and deleted on the phone; a new one must be issued.",
                "Card was sent to the previous address in {place}.",
            ),
            questions=(
                "For your safety: what are the last four characters of your customer reference?",
                "To which address should we send the card?",
            ),
            answers=(
                "The reference on the contract is {ref}.",
                "Please to my new address in {place}, I moved on {day}.",
            ),
            fixes=(
                "A new profile is in your app; the old one has been withdrawn.",
                "The card left today by registered mail, tracking number {ref}.",
            ),
        ),
        Topic(
            name="Roaming and data",
            share=0.9,
            subjects=(
                "Roaming bill of {amount}",
                "Data used up without using it",
                "{product}: charged although abroad package booked",
            ),
            problems=(
                "After a week abroad I was billed {amount} for roaming, although the package covers it.",
                "The app says that {number} GB were used since {since}; the phone itself counts a tenth of it.",
                "Since {since} my data is slowed down, though {product} has no limit.",
            ),
            findings=(
                "Roaming package was booked an hour after the first use; goodwill possible up to {amount}.",
                "Counter was doubled after the tariff change on {day}, see known fault {ref}.",
            ),
            questions=(
                "On which day did you cross the border, and was data switched off until then?",
                "Could you send us a picture of the data counter in your phone's settings?",
            ),
            answers=(
                "On {day}; the text message came right after the border, data was off until then.",
                "The picture is attached to my e-mail, the phone shows less than 2 GB.",
            ),
            fixes=(
                "We credited {amount}; it appears on your next bill.",
                "The counter was corrected and the full speed is back.",
            ),
        ),
    ),
)
