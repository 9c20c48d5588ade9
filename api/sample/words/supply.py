"""Complaints about electricity, gas and technicians."""

from api.sample.words.topic import Area, Topic

ENERGY = Area(
    name="Electricity and gas",
    skill="Energy",
    team="Field and energy",
    products=(
        "Green Power",
        "Power Fix 24",
        "Power Flex",
        "Gas Home",
        "Gas Fix 12",
        "Heat Pump Tariff",
        "Solar Feed-in",
    ),
    topics=(
        Topic(
            name="Power cut",
            share=0.8,
            urgency=5,
            subjects=("Power cut in {place}", "No electricity since {since}", "Third power cut this month"),
            problems=(
                "Since {since} there has been no electricity in our house in {place}; the neighbours have light.",
                "This is power cut number {number} this year, and the freezer has thawed again.",
                "The mains fuse was sealed by your technician and now nothing works since {since}.",
            ),
            findings=(
                "Cable fault between cabinet and house, digging permit {ref} requested.",
                "Meter was locked by mistake: dunning run hit the wrong contract.",
            ),
            questions=(
                "Are all three main fuses switched on, and is anything displayed on the meter?",
                "Does anybody in the house depend on medical equipment?",
            ),
            answers=(
                "All fuses are on. The display of the meter is black.",
                "My mother has a breathing device, at the moment it runs on battery.",
            ),
            fixes=(
                "The cable has been repaired and the supply is back. Your claim for the food, {amount}, was accepted.",
                "The lock was our mistake and has been removed; we apologise and credit {amount}.",
            ),
        ),
        Topic(
            name="Meter reading",
            share=1.1,
            urgency=0.4,
            subjects=(
                "Estimated reading is far too high",
                "Meter {ref} read wrongly",
                "Reading for {product} not accepted",
            ),
            problems=(
                "The bill for {product} rests on an estimate that is {number} % above my own reading.",
                "Your portal refuses the reading of meter {ref} since {since} as implausible.",
                "Somebody read the neighbour's meter in {place} and billed it to me: {amount}.",
            ),
            findings=(
                "Meters {ref} and its neighbour were swapped in the master data.",
                "Estimate uses last year's consumption before the heat pump was taken out.",
            ),
            questions=(
                "Could you send a picture on which number and reading of the meter can be seen?",
                "On which day did you take the reading?",
            ),
            answers=(
                "The picture is on its way. The number on the meter is {ref}.",
                "I read it on {day} in the evening, together with my landlord.",
            ),
            fixes=(
                "The bill has been corrected to your reading; {amount} come back to your account within five days.",
                "The meters are assigned correctly now, and both households get a new bill.",
            ),
        ),
        Topic(
            name="Smart meter",
            share=0.6,
            urgency=0.8,
            subjects=(
                "Smart meter sends no data",
                "Installation of meter {ref} left unfinished",
                "Heat pump switched off at night",
            ),
            problems=(
                "The new smart meter has sent no values since {since}; the app shows zero.",
                "After the exchange of the meter in {place} the cabinet was left open.",
                "With the {product} the heating has been switched off for {number} hours a night since {since}.",
            ),
            findings=(
                "Gateway {ref} has no reception in the cellar, external antenna needed.",
                "Time table of the old tariff is still on the control unit.",
            ),
            questions=(
                "Which symbols does the display of the gateway show?",
                "When may a technician come into the cellar?",
            ),
            answers=(
                "A small antenna that is crossed out.",
                "Any weekday after four, or on Saturday morning.",
            ),
            fixes=(
                "The antenna has been fitted; values arrive every 15 minutes again.",
                "The control unit has the right time table now, the heating runs through.",
            ),
        ),
    ),
)

FIELD = Area(
    name="Technician visits",
    skill="Field service",
    team="Field and energy",
    products=(
        "fibre installation",
        "meter exchange",
        "line repair",
        "heat pump service",
        "router installation",
        "wallbox installation",
    ),
    topics=(
        Topic(
            name="Missed appointment",
            share=1.3,
            urgency=1.4,
            subjects=("Technician did not come, again", "Appointment {ref} missed", "Waited all day in {place}"),
            problems=(
                "I took a day off for the {product} and waited from 8 to 18 o'clock; nobody came and nobody called.",
                "This is the {number}th appointment that was cancelled by text message on the very morning.",
                "Your technician says he rang in {place} on {day}. Nobody rang, the camera at the door proves it.",
            ),
            findings=(
                "Route planner shows that the tour was cut at 15:30, customer was not told.",
                "Technician went to the old address, order {ref} was not updated.",
            ),
            questions=(
                "On which days next week could you be at home between 8 and 12?",
                "Is the name on the bell the same as on the contract?",
            ),
            answers=(
                "Tuesday or Thursday, but please call half an hour before.",
                "The bell says something else, it is a shared flat.",
            ),
            fixes=(
                "The {product} was done today in the presence of the customer. For the lost day we credit {amount}.",
                "A fixed appointment under {ref} was kept, everything is in place now.",
            ),
        ),
        Topic(
            name="Damage and conduct",
            share=0.5,
            urgency=1.5,
            subjects=("Technician damaged the wall", "Rude technician in {place}", "Scratched floor after {product}"),
            problems=(
                "During the {product} the technician drilled into a water pipe; the repair costs {amount}.",
                "The technician who came on {day} was rude and smoked in the stairway.",
                "After the {product} a hole of {number} cm has been left in the wall in {place}.",
            ),
            findings=(
                "Partner company confirms the damage, insurance case {ref} opened.",
                "Second complaint about the same crew this month, told the regional manager.",
            ),
            questions=(
                "Could you send pictures of the damage and an estimate of the repair?",
                "Was anybody else present who could tell us what happened?",
            ),
            answers=(
                "Pictures and the estimate over {amount} are attached.",
                "My neighbour was there the whole time and will confirm it.",
            ),
            fixes=(
                "The insurance of our partner pays the repair, {amount}, and the crew will not come back to you.",
                "We spoke with the crew and apologise. A voucher over {amount} is in your account.",
            ),
        ),
        Topic(
            name="Faulty installation",
            share=0.8,
            subjects=(
                "{product} left unfinished",
                "Socket installed in the wrong room",
                "Nothing works after {product}",
            ),
            problems=(
                "The {product} of {day} was signed off, but nothing works.",
                "The socket was put into the hall instead of the office, as agreed in order {ref}.",
                "After the {product} in {place} the fuse blows about {number} times a day.",
            ),
            findings=(
                "Report {ref} has no measurement attached, must be done again.",
                "Wrong cross-section used, second visit with an electrician needed.",
            ),
            questions=(
                "What was agreed with the technician about the place of the socket?",
                "Is the fuse labelled, and which devices hang on it?",
            ),
            answers=(
                "It says office, first floor, in the order. I can send you the page.",
                "Only the new device, I unplugged everything else.",
            ),
            fixes=(
                "The socket was moved today at no cost, and the measurement is in your documents.",
                "An electrician replaced the cable; the fuse has held since.",
            ),
        ),
    ),
)
