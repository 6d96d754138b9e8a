/**
 * Words that a child of three or four knows, chosen for this project: the original's lists (about 1,500 in all) are not
 * public. Only words whose forms keep the word (jump, jumped), so that a story with `went` is not taken for one without `go`.
 */
export const verbs = list(`
  act add agree answer argue ask bake bark bathe beg behave blink bloom boil bounce bow brush bump call camp care carry cheer
  chew chirp clap clean climb close color comb cook cough count cover crash crawl cry dance decide deliver discover dream
  dress drop dry dust enjoy explore fetch fill finish fix float fold follow frown giggle glow glue grab greet growl guess hatch
  help hide hop hug hum hurry imagine invite join joke juggle jump kick kiss knock laugh land learn lick lift listen live
  lock look love march mend mix move nap need nod open pack paint park pat peek peel pick plan plant play point polish pop pour
  practice pray press pretend promise pull push race rain reach relax remember repair rescue rest return roar roll row rub sail
  save scare scratch scream search share shout sip skate skip slip smell smile sneeze sniff snore snow splash squeeze stack stare
  start stay stir stop stretch study surprise tap taste thank tickle tie touch trade travel try tug turn twirl unlock use visit
  wait walk want warn wash watch water wave whisper whistle wink wipe wish wonder work worry wrap yawn yell zip`)

export const nouns = list(`
  acorn airplane ant apple apron arm baby bag ball balloon banana barn basket bat bath bead beach bean bear bed bee bell belt
  berry bike bird blanket block boat book boot bottle bowl box boy branch bread brick bridge broom brother bubble bucket bug bus
  bush button cake camel candle candy cap car carrot castle cat chair cheese cherry chick chin circle clock cloud clown coat
  coin cookie corn cousin cow crab crayon crown cup curtain desk dinosaur doctor dog doll donkey door dragon drawer drum duck
  ear egg elephant engine fan farm farmer feather fence finger fire flag flower fork fountain fox friend frog fruit garden gate
  ghost gift giraffe girl glove goat grandma grape grass hammer hand hat heart hen hill hippo honey horse hose house island
  jacket jam jar jelly jewel kangaroo key king kite kitten ladder lake lamp leg lemon letter lion lizard lunch map market
  mask meadow melon milk mirror mitten monkey moon mop mountain mud mushroom nail neck necklace nest net noodle nose nurse nut
  ocean onion orange oven owl pail pan pancake panda paper parade park parrot pea peach peanut pear pebble pen pencil penguin
  piano picnic pie pig pillow pin pirate pizza plane plate pocket pond pony pot potato present prince puddle pumpkin puppet puppy
  puzzle queen rabbit rainbow ribbon ring river road robot rock roof room rope rose rug sack sandwich scarf school seed shell
  ship shirt shoe shop sister skirt sled slide snail snake soap sock soup spider spoon star stick stone store storm
  story street sun sweater swing table tail teacher tent tiger toe tomato towel tower toy train treasure tree truck tunnel
  turtle umbrella van vase village wagon wall whale wheel whistle window wing worm yard zebra zoo`)

export const adjectives = list(`
  alone angry awake big black blue bold brave bright brown bumpy busy calm careful cheerful clean clever cold colorful cool cozy
  crazy creamy crunchy curious curly cute damp dark deep dirty dizzy dry dusty eager early easy empty fair famous fancy
  fast fat fierce filthy flat fluffy fresh friendly full funny furry fuzzy gentle giant glad gloomy golden grand gray green grumpy
  happy hard heavy helpful high hot huge hungry icy itchy jolly juicy kind large lazy light little lively lonely long loose loud
  lovely lucky mean messy mighty modern muddy narrow naughty neat nervous new nice noisy odd old orange patient peaceful pink plain
  polite poor pretty proud purple quick quiet rare ready red rich ripe rough round rude sad safe salty scared shaggy shallow sharp
  shiny short shy silent silly sleepy slippery slow small smart smooth soft sore sour spicy spotty square steep sticky stormy
  strange striped strong sunny sweet tall tame tasty thick thin thirsty tidy tiny tired tough tricky ugly unusual upset useful warm
  weak wet white wide wild wise wobbly wonderful yellow young yummy`)

function list(words: string): string[] {
  return words.trim().split(/\s+/)
}
