"""Complaints about bills, contracts and orders."""

from api.sample.words.topic import Area, Topic

BILLING = Area(
    name="Billing",
    skill="Billing",
    team="Billing and contracts",
    products=("Fibre 500", "Mobile M", "Family Plan", "Green Power", "Gas Home", "the TV package", "the insurance"),
    topics=(
        Topic(
            name="Wrong amount",
            share=1.8,
            subjects=("Bill {ref} is wrong", "Charged {amount} too much", "Discount on {product} missing"),
            problems=(
                "Bill {ref} charges {amount} for {product}, although a lower price was agreed.",
                "The discount of {number} % that I was promised has been missing since {since}.",
                "I was billed for {product} in {place}, where I have not lived since {since}.",
            ),
            findings=(
                "Promotion code was not carried over at the tariff change, difference {amount}.",
                "Price increase letter came back as undeliverable, old price holds.",
            ),
            questions=(
                "Could you send us the order confirmation that names the discount?",
                "Which amount did you expect on this bill?",
            ),
            answers=(
                "It is in the confirmation {ref}, second page.",
                "I expected {amount}, as in all the months before.",
            ),
            fixes=(
                "Bill {ref} has been cancelled and replaced; the difference of {amount} is credited.",
                "The discount is back and was paid for the past months as well: {amount}.",
            ),
        ),
        Topic(
            name="Charged twice",
            share=0.9,
            urgency=1.5,
            subjects=("Debited twice", "{amount} taken from my account two times", "Double payment for {product}"),
            problems=(
                "On {day} {amount} for {product} were debited twice.",
                "I paid bill {ref} by transfer, and {amount} were debited all the same.",
                "Since {since} two contracts for {product} are charged, though I have one.",
            ),
            findings=(
                "Payment run was restarted, {number} accounts are affected, see {ref}.",
                "Duplicate contract after the migration, second one to be cancelled from the start.",
            ),
            questions=(
                "Could you tell us the dates of both debits?",
                "Should we return the amount, or set it off against the next bill?",
            ),
            answers=(
                "Both on the same day, with the same reference {ref}.",
                "Please return it, my account is overdrawn because of it.",
            ),
            fixes=(
                "{amount} were returned to your account today, with {number} EUR for the bank's fees.",
                "The second contract never existed in our books now; all its debits are on their way back.",
            ),
        ),
        Topic(
            name="Refund not received",
            share=1.0,
            subjects=(
                "Where is my refund of {amount}?",
                "Credit note {ref} not paid",
                "Waiting for money since {since}",
            ),
            problems=(
                "The refund of {amount} that was promised on {day} has not arrived.",
                "Credit note {ref} stands in the portal as paid, but my bank knows nothing of it.",
                "The deposit for {product}, {amount}, should have come back {number} days ago.",
            ),
            findings=(
                "Transfer returned: account closed. Need new bank details through the portal.",
                "Refund waits for second approval since {since}.",
            ),
            questions=(
                "Has your bank account changed since the order? Please check it in the portal, never by e-mail.",
                "Which date does the credit note carry?",
            ),
            answers=(
                "Yes, I changed banks. The new account is in the portal now.",
                "The note {ref} is dated {day}.",
            ),
            fixes=(
                "The transfer of {amount} was released today and reaches you within two working days.",
                "The refund went to the new account; your bank confirmed it under {ref}.",
            ),
        ),
    ),
)

CONTRACTS = Area(
    name="Contracts",
    skill="Contracts",
    team="Billing and contracts",
    products=("Fibre 500", "Fibre 1000", "Mobile M", "Mobile L", "Green Power", "Power Fix 24", "Gas Fix 12"),
    topics=(
        Topic(
            name="Cancellation",
            share=1.2,
            urgency=0.7,
            subjects=(
                "Cancellation of {product} ignored",
                "Contract renewed against my will",
                "No confirmation for {ref}",
            ),
            problems=(
                "I cancelled {product} in writing on {day} and have had no confirmation.",
                "{product} was renewed for {number} months although I cancelled in time.",
                "Your hotline says that cancellation {ref} never arrived; I have the receipt.",
            ),
            findings=(
                "Letter was scanned on {day} but filed under another customer.",
                "Notice period was kept; renewal must be undone.",
            ),
            questions=(
                "Could you send us the receipt, or a copy of your letter?",
                "On which date should the contract end?",
            ),
            answers=(
                "The receipt is attached, it carries the number {ref}.",
                "At the end of the month, as the law says.",
            ),
            fixes=(
                "Your cancellation is confirmed as of the date you asked for; amounts debited since, {amount}, are returned.",
                "The renewal has been undone. The confirmation is in your portal under {ref}.",
            ),
        ),
        Topic(
            name="Moving home",
            share=0.8,
            subjects=(
                "Moving to {place}: {product} not available",
                "Still billed for the old flat",
                "Move {ref} is stuck",
            ),
            problems=(
                "I moved to {place} on {day} and {product} has not been switched over.",
                "You bill the old flat as well as the new one since {since}, {amount} each.",
                "The move under order {ref} has been in processing for {number} days.",
            ),
            findings=(
                "New address in {place} lacks a house number in the cadastre.",
                "Order {ref} waits for the previous tenant's cancellation.",
            ),
            questions=(
                "On which floor is the flat, and who lived there before you?",
                "Which day was the handover of the old flat?",
            ),
            answers=(
                "Second floor on the left; the name on the old bell was Brandt.",
                "The handover was on {day}, I can send the protocol.",
            ),
            fixes=(
                "{product} runs at your new address since today, and the old flat is no longer billed.",
                "The double charge of {amount} has been credited, the move is complete.",
            ),
        ),
        Topic(
            name="Sales promise",
            share=0.7,
            subjects=(
                "{product}: told something else on the phone",
                "Contract I never wanted",
                "Promised price for {product} not kept",
            ),
            problems=(
                "On the phone I was promised {product} for {amount}; the contract says more.",
                "Since {since} I have a contract over {product} that I never agreed to.",
                "The shop in {place} assured me that I could leave after {number} days.",
            ),
            findings=(
                "Recording {ref} backs the customer: the price named is lower.",
                "Shop partner has {number} similar cases, told partner management.",
            ),
            questions=(
                "When did the call take place, and from which number did we call?",
                "Do you remember who advised you in the shop?",
            ),
            answers=(
                "On {day} in the late afternoon, the number was withheld.",
                "A young man, his name is on the paper {ref}.",
            ),
            fixes=(
                "We keep to what was said: {amount} a month from the start of the contract.",
                "The contract has been cancelled from its start, nothing is owed.",
            ),
        ),
    ),
)

ORDERS = Area(
    name="Orders and returns",
    skill="Orders",
    team="Orders and returns",
    products=(
        "phone",
        "tablet",
        "router",
        "smart speaker",
        "headset",
        "thermostat",
        "security camera",
        "charging cable",
        "television",
    ),
    topics=(
        Topic(
            name="Late delivery",
            share=1.4,
            subjects=(
                "Order {ref} has not arrived",
                "Parcel stuck in {place}",
                "{product}: delivery late by {number} days",
            ),
            problems=(
                "The {product} of order {ref} should have been here {number} days ago.",
                "Tracking has said that my parcel is in {place} since {since}.",
                "The parcel is said to have been handed over on {day}, but nobody in our house took it.",
            ),
            findings=(
                "Carrier has no scan after {place}; search {ref} opened.",
                "Item was out of stock when the order came in, shop showed old numbers.",
            ),
            questions=(
                "Could a neighbour have taken the parcel, or is there a place where it may be left?",
                "Shall we send the {product} again, or return the money?",
            ),
            answers=(
                "I asked all the neighbours, nobody has it.",
                "Please send it again, to the parcel shop in {place}.",
            ),
            fixes=(
                "A new parcel left today by express, tracking number {ref}.",
                "The carrier found the parcel and delivered it; shipping costs are returned.",
            ),
        ),
        Topic(
            name="Damaged or wrong item",
            share=1.2,
            subjects=("{product} arrived broken", "Wrong item in order {ref}", "Scratched {product}"),
            problems=(
                "The {product} arrived with a broken display, the box was dented.",
                "Order {ref} contained a {product} of another colour and an older model.",
                "The {product} stopped working after {number} days, since {since} it does not even charge.",
            ),
            findings=(
                "Batch {ref} has a known fault, replacement without return allowed.",
                "Picking error: neighbouring shelf, article numbers differ by one digit.",
            ),
            questions=(
                "Could you send us a picture of the damage and of the label on the box?",
                "Does the charging light come on with another cable?",
            ),
            answers=(
                "Two pictures are attached; the label says {ref}.",
                "I tried three cables, it stays dark.",
            ),
            fixes=(
                "A new {product} is on its way; the courier takes the old one along.",
                "We returned {amount} and you may keep the {product} for parts.",
            ),
        ),
        Topic(
            name="Return and warranty",
            share=0.9,
            urgency=0.5,
            subjects=("Return {ref} not credited", "Warranty for the {product} refused", "Return label does not work"),
            problems=(
                "I sent the {product} back {number} days ago and have seen neither money nor a word.",
                "The repair of the {product} was refused because of water, which it never saw.",
                "The label for return {ref} is not accepted by the parcel shop in {place}.",
            ),
            findings=(
                "Return reached the warehouse on {day}, booked under {ref} without customer.",
                "Workshop's picture shows no trace of water, refusal was wrong.",
            ),
            questions=(
                "Do you still have the receipt of the parcel shop?",
                "Was the {product} opened by anybody before the repair?",
            ),
            answers=(
                "Yes, its number is {ref}.",
                "No, the seal is unbroken, your own workshop wrote that.",
            ),
            fixes=(
                "The return was found and {amount} are on their way to you.",
                "The {product} is repaired under warranty and comes back this week.",
            ),
        ),
    ),
)
