"""Words for people and pets close to the shopper, as a piece of patterns."""

KIN = (
    r"(?:(?:grand|step|god)[ -]?)?(?:mum|mom|mummy|mother|dad|daddy|father|parents?|sis|sister|bro|brother|"
    r"siblings?|son|daughter|kids?|child(?:ren)?|"
    r"wife|husband|hubby|partner|boyfriend|girlfriend|bf|gf|fianc[eé]e?|friend|mate|bestie|buddy|colleague|"
    r"coworker|co-worker|boss|"
    r"teacher|coach|neighbou?r|nephew|niece|aunt(?:ie|y)?|uncle|cousin|nan|nana|nanny|gran|granny|grandma|grandpa|"
    r"grandad|granddad|"
    r"grandparents?|grandchild(?:ren)?|grandkids?|godchild|flatmate|roommate|housemate|babysitter|in-laws|"
    r"baby (?:boy|girl)|baby|toddler|newborn|teenager|teen|twins?|triplets|boy|girl|guy|man|woman|lady|"
    r"dog|puppy|pup|cat|kitten|horse|pony|rabbit|bunny|hamster|guinea pig|parrot|pets?|labrador|beagle|pug|"
    r"greyhound|poodle|dachshund|"
    r"terrier|student|beginner|therapist|doctor|family|ex)(?:[ -]in[ -]law)?s?"
)
