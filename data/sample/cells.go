package sample

// BCCD as it was published: its repository, and an archive of the folder BCCD of commit d272fb14, for [Published].
const (
	BCCDFile = "bccd-voc.tar.gz"
	BCCDSum  = "dc5973e10490fcdad70014dd01a5b4e2eb3f9ced86e6094614e00f87367bc0ea"
	BCCDFrom = "https://github.com/Shenggan/BCCD_Dataset"
)

// BCCD returns an archive (.tar.gz) in the form of Pascal VOC with 60 of the 364 pictures of the Blood Cell Count and Detection
// data set, the first 40, 10 and 10 of its splits train, val and test, at a fourth of their height and width.
func BCCD() ([]byte, error) { return Bytes(Paths("bccd")[0]) }
