"""What is said whatever the matter is."""

DETAILS = (
    "I have already switched everything off and on again, as your website suggests.",
    "The hotline kept me waiting for {number} minutes and then hung up.",
    "I have written about this before under {ref} and never got an answer.",
    "A colleague of yours promised to call back, which did not happen.",
    "The chat told me to be patient, which I have been since {since}.",
    "All documents are in my portal under {ref}.",
    "My neighbours in {place} tell the same story.",
    "Nothing has been changed on our side.",
    "I can send pictures if that helps.",
    "It was fine for years.",
    "Your shop in {place} could not help me either.",
    "The app only shows that something went wrong.",
)
IMPACTS = (
    "I work from home and cannot do my job like this.",
    "My parents are old and depend on it.",
    "This has cost me {amount} so far.",
    "I run a small shop in {place} and lose customers every day.",
    "We have two small children, and it is getting difficult.",
    "I have spent {number} hours on this by now.",
    "I am about to leave for three weeks and need it settled before.",
    "Frankly, I am losing patience.",
    "It spoils what used to be a good service.",
    "I had to borrow money from a friend because of it.",
)
DEMANDS = (
    "Please tell me by when this will be put right.",
    "I expect a written answer and a credit for the time lost.",
    "Please call me back in the afternoon.",
    "If nothing happens this week, I will cancel.",
    "I ask for {amount} in compensation.",
    "Please send somebody who knows the matter.",
    "Kindly confirm that you have received this.",
    "Otherwise I will turn to the ombudsman.",
    "I would be glad about a quick answer.",
    "Please correct this and apologise.",
)
GREETINGS = ("Hello", "Good morning", "Good afternoon", "Dear customer", "Hello and thank you for writing")
ACKNOWLEDGEMENTS = (
    "I am sorry for the trouble this causes you, and I have taken it over myself.",
    "Thank you for telling us about it. That should not have happened.",
    "I understand that this is annoying; let me see what went wrong.",
    "Your complaint has reached the right place, and I am looking into it now.",
    "I have read your message and the history of your contract.",
    "We are sorry that you had to write to us more than once.",
)
PLANS = (
    "I have asked our technicians to look at it and will write to you as soon as I know more.",
    "I am checking the records of the last weeks and will come back to you.",
    "You do not need to do anything at the moment.",
    "My colleagues in {place} have been told, and I will keep an eye on it.",
    "It is recorded under {ref}, in case you want to refer to it.",
    "I expect to know more within the next working day.",
    "As a first step I have stopped all reminders on your account.",
)
SIGNATURES = ("Kind regards", "Best regards", "With kind regards", "Yours sincerely")
ASIDES = (
    "Customer is upset, please call before writing.",
    "Checked contract and history, nothing unusual.",
    "Third contact on this matter, handle with care.",
    "Waiting for an answer of the partner, ticket {ref} there.",
    "Goodwill up to {amount} agreed with the team lead.",
    "See also {ref}, looks like the same cause.",
)
ANSWER_OPENINGS = (
    "Thank you for the quick answer.",
    "Here is what you asked for.",
    "I have checked it.",
    "Sorry for the delay.",
    "As requested:",
)
CHASERS = (
    "Is there any news? I have heard nothing since my message.",
    "It has been days now. Could somebody please answer?",
    "I would like to know how far you are with {ref}.",
    "Still the same here in {place}. When will this be solved?",
    "Please do not forget me. The matter is urgent by now.",
)
CHASED = (
    "Thank you for asking. The work is under way, and I expect the result within two days.",
    "I am sorry for the silence. The department concerned has promised an answer for tomorrow.",
    "We are still waiting for a part; as soon as it is here, it goes to the front of the queue.",
    "Nothing is forgotten: your case is with a specialist and has priority.",
)
CLOSINGS = (
    "Should it happen again, simply answer this message.",
    "Thank you for your patience.",
    "I hope that this settles the matter to your satisfaction.",
    "We apologise once more for the inconvenience.",
)
UNANSWERED = (
    "As we have not heard from you, we assume that the matter is settled. Answer this message if it is not.",
    "We could not go on without your answer, so I set this to resolved for now. One line from you is enough to open it again.",
)
REOPENINGS = (
    "Unfortunately it is not solved: since {since} everything is as before.",
    "That did not help. It worked for {number} hours and then stopped again.",
    "The credit of {amount} you wrote of never came. Please look again.",
    "I cannot agree to this. The main point of my complaint was not answered.",
)
APOLOGIES = (
    "I am sorry that it came back, and have looked at it again from the start.",
    "You are right, one step was missed the first time.",
    "Thank you for letting us know; this time a second colleague has checked it too.",
)
MISROUTED = (
    "Not ours: this belongs to {team}. Passing it on with everything we know.",
    "Wrong queue. {team} has the tools for this.",
    "Category was chosen wrongly by the customer, handing over to {team}.",
)
BOUNCED = (
    "We looked at it, but the cause lies with {team}. Back to you, please.",
    "{team} has to finish their part first.",
)
PLACES = (
    "Aalborg", "Antwerp", "Augsburg", "Basel", "Bergen", "Bilbao", "Bologna", "Bordeaux", "Bremen", "Brno", "Bruges",
    "Cork", "Debrecen", "Dresden", "Dundee", "Esslingen", "Freiburg", "Galway", "Ghent", "Girona", "Gothenburg", "Graz",
    "Groningen", "Haarlem", "Innsbruck", "Kassel", "Kaunas", "Kiel", "Koblenz", "Leeds", "Leipzig", "Lille", "Linz",
    "Lucerne", "Malmo", "Maribor", "Modena", "Nantes", "Odense", "Oulu", "Padua", "Parma", "Plzen", "Porto", "Reims",
    "Rostock", "Salzburg", "Seville", "Split", "Tampere", "Tartu", "Trieste", "Ulm", "Utrecht", "Varna", "Verona", "Wells",
    "Weimar", "Winterthur", "York",
)  # fmt: skip
SINCES = (
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "last week", "yesterday",
    "the last update", "the beginning of the month", "the storm", "the construction work", "the tariff change",
    "the 3rd", "the 9th", "the 14th", "the 21st", "the 28th", "the holidays",
)  # fmt: skip
DAYS = (
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "the 2nd", "the 5th", "the 11th", "the 16th",
    "the 22nd", "the 26th",
)  # fmt: skip
FIRST_NAMES = (
    "Maria", "Daniel", "Sofia", "Lena", "Tomas", "Aisha", "Jonas", "Clara", "Mehmet", "Ingrid", "Pavel", "Nora", "Luca",
    "Amira", "Henrik", "Julia", "Kofi", "Marta", "Oskar", "Priya", "Rasmus", "Elena", "Samuel", "Hanna", "Victor", "Yara",
    "Anton", "Beatriz", "Cedric", "Dorota", "Emil", "Fatima", "Gustav", "Helga", "Ivan", "Jasmin", "Karl", "Leonie",
    "Mikael", "Nadia", "Olivia", "Petra", "Quentin", "Rosa", "Stefan", "Teresa", "Ulrich", "Vera", "Walter", "Zoe",
)  # fmt: skip
LAST_NAMES = (
    "Fischer", "Okafor", "Rossi", "Weber", "Novak", "Haddad", "Lindberg", "Moreau", "Yilmaz", "Hansen", "Kowalski", "Byrne",
    "Conti", "Saleh", "Larsen", "Schmidt", "Mensah", "Garcia", "Nyberg", "Sharma", "Madsen", "Petrova", "Cohen", "Vogel",
    "Dubois", "Karim", "Berg", "Silva", "Laurent", "Zielinska", "Koch", "Rahman", "Holm", "Bauer", "Horvat", "Klein",
    "Winter", "Brandt", "Virtanen", "Ivanova", "Murphy", "Keller", "Martin", "Santos", "Wolf", "Jansen", "Richter", "Costa",
    "Peeters", "Almeida", "Huber", "Marino", "Svensson", "Nagy", "Walsh", "Popescu", "Lehmann", "Romano", "Eriksen", "Fontaine",
)  # fmt: skip
