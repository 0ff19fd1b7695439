#include "edge/enroller.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/imgcodecs.hpp>

#include "edge/edge_fakes.h"
#include "fixtures/temp_dir.h"

namespace sas::edge {
namespace {

using sas::test::TempDir;
using testing::HasSubstr;

void write_image(const std::filesystem::path& path) {
  std::filesystem::create_directories(path.parent_path());
  cv::imwrite(path.string(), cv::Mat(64, 64, CV_8UC3, cv::Scalar(90, 90, 90)));
}

class FakeServer final : public EnrolmentServer {
 public:
  std::vector<Enrolment> enrolled;
  int added = 0;
  bool known = false;  // somebody has the code already
  std::optional<Error> refusal;
  std::vector<LookAlike> look_alikes;
  Result<std::vector<LookAlike>> enrol(const Enrolment& enrolment) override {
    if (refusal) return *refusal;
    enrolled.push_back(enrolment);
    return look_alikes;
  }
  Result<std::optional<PersonId>> find_by_code(const std::string&) override {
    return known ? std::optional<PersonId>(PersonId{}) : std::nullopt;
  }
  Result<void> add_face(const PersonId&, const NewFace&, bool) override {
    ++added;
    return {};
  }
};

TEST(PeopleInFolder, NamesSayWho) {
  const TempDir dir;
  write_image(dir / "E-7_Anna_Maria_Svensson" / "1.jpg");
  write_image(dir / "Bob" / "1.png");
  write_image(dir / "E-9_Carl.jpg");
  const auto people = people_in_folder(dir.path());
  ASSERT_TRUE(people);
  ASSERT_EQ(people->size(), 3U);
  EXPECT_EQ((*people)[0].code, "Bob");
  EXPECT_EQ((*people)[0].name, "Bob");
  EXPECT_EQ((*people)[1].code, "E-7");
  EXPECT_EQ((*people)[1].name, "Anna Maria Svensson");
  EXPECT_EQ((*people)[2].name, "Carl");
  const TempDir empty;
  EXPECT_EQ(people_in_folder(empty.path()).error().code, "no_people");
  EXPECT_EQ(people_in_folder(dir / "nowhere").error().code, "source_not_found");
}

TEST(PeopleInCsv, ReadsImagesFromBesideTheFileAndNamesBadLines) {
  const TempDir dir;
  const auto read = [&](const std::string& text) {
    std::ofstream(dir / "people.csv") << text;
    return people_in_csv(dir / "people.csv");
  };
  const auto people = read("name,code,images\n\"Svensson, Anna\",E-7,a.jpg; b.jpg\n");
  ASSERT_TRUE(people) << people.error().message;
  EXPECT_EQ((*people)[0].name, "Svensson, Anna");
  EXPECT_EQ((*people)[0].images, (std::vector<std::filesystem::path>{dir / "a.jpg", dir / "b.jpg"}));
  const auto german = read(
      "\xEF\xBB\xBF"
      "Code;Name;Images\r\nE-7;Jürgen;\"a.jpg;b.jpg\"\r\n");
  ASSERT_TRUE(german) << german.error().message;
  EXPECT_EQ((*german)[0].name, "Jürgen");
  EXPECT_EQ((*german)[0].images.size(), 2U);
  EXPECT_THAT(read("code;name;images\nE-7;J\xFCrgen;a.jpg\n").error().message,
              testing::AllOf(HasSubstr("line 2"), HasSubstr("UTF-8")));
  EXPECT_THAT(read("\xFF\xFE"
                   "c")
                  .error()
                  .message,
              HasSubstr("UTF-8"));
  EXPECT_THAT(read("code,name\nE-1,A\n").error().message, HasSubstr("images"));
  EXPECT_THAT(read("code,name,images\nE-1,A,a\n\nE-1,B,b\n").error().message, HasSubstr("line 4"));
  EXPECT_THAT(read("code,name,images\n,A,a\n").error().message, HasSubstr("no code"));
}

class EnrollerTest : public testing::Test {
 protected:
  EnrollerTest() {
    engine_.faces = [](int) { return std::vector{test::face_at(5, 5, 50)}; };
    write_image(image_);
  }
  EnrolResult enrol(EnrollerOptions options = {}) {
    return Enroller(engine_, server_, options).enrol({"E-1", "Anna", {image_}});
  }
  TempDir dir_;
  std::filesystem::path image_ = dir_ / "anna.png";
  test::FakeEngine engine_;
  FakeServer server_;
};

TEST_F(EnrollerTest, EnrolsTheGoodImagesAndSaysWhyOthersWereNotUsed) {
  const auto result = Enroller(engine_, server_, {}).enrol({"E-1", "Anna", {image_, dir_ / "missing.jpg"}});
  EXPECT_EQ(result.status, EnrolStatus::enrolled);
  EXPECT_EQ(result.faces, 1U);
  EXPECT_TRUE(result.images[0].accepted);
  EXPECT_THAT(result.images[1].reason, HasSubstr("missing.jpg"));
  EXPECT_THAT(report_as_csv({result}), HasSubstr("E-1,Anna,enrolled,1,,,"));
}

TEST_F(EnrollerTest, EachRefusalHasItsReason) {
  engine_.faces = [](int) { return std::vector<vision::DetectedFace>{}; };
  EXPECT_EQ(enrol().reason_code, "no_face");
  engine_.faces = [](int) { return std::vector{test::face_at(5, 5, 20), test::face_at(35, 5, 20)}; };
  EXPECT_EQ(enrol().reason_code, "several_faces");
  engine_.faces = [](int) { return std::vector{test::face_at(5, 5, 50)}; };
  engine_.good = [](int) { return false; };
  EXPECT_EQ(enrol().reason_code, "poor_quality");
  engine_.good = [](int) { return true; };
  server_.refusal = Error::of(ErrorKind::conflict, "duplicate_face", "resembles Bea (E-2) at 0.81");
  const auto duplicate = enrol();
  EXPECT_EQ(duplicate.status, EnrolStatus::refused);
  EXPECT_THAT(duplicate.reason, HasSubstr("Bea (E-2)"));
  EXPECT_FALSE(duplicate.hopeless);
  server_.refusal = Error::of(ErrorKind::unavailable, "server_unreachable", "down");
  EXPECT_TRUE(enrol().hopeless);
}

TEST_F(EnrollerTest, AddsFacesToAPersonWhoIsThereOnlyWhenAsked) {
  EXPECT_EQ(enrol({.add_face = true}).status, EnrolStatus::enrolled) << "nobody has that code yet";
  server_.known = true;
  // A server refuses somebody's own face as a duplicate of them before it looks at the code.
  server_.refusal = Error::of(ErrorKind::conflict, "duplicate_face", "resembles Anna",
                              {{"code", "E-1"}, {"similarity", 0.93}});
  EXPECT_THAT(enrol().reason, testing::AllOf(HasSubstr("similarity 0.93"), HasSubstr("--add-face")));
  server_.refusal = Error::of(ErrorKind::conflict, "duplicate_code", "E-1 is taken");
  EXPECT_THAT(enrol().reason, HasSubstr("--add-face"));
  EXPECT_EQ(enrol({.add_face = true}).status, EnrolStatus::faces_added);
  EXPECT_EQ(server_.added, 1);
}

TEST_F(EnrollerTest, ManyAtOnceAreEnrolledAndTheirLookAlikesListed) {
  server_.look_alikes = {{.code = "E-2", .name = "Bea", .similarity = 0.61}};
  EXPECT_FALSE(enrol().status != EnrolStatus::enrolled || server_.enrolled.back().allow_duplicate);
  const auto result = enrol({.list_look_alikes = true});
  EXPECT_TRUE(server_.enrolled.back().allow_duplicate);
  ASSERT_EQ(result.look_alikes.size(), 1U);
  EXPECT_THAT(report_as_csv({result}), HasSubstr("\"looks like Bea (E-2), similarity 0.61\""));
}

TEST(LookAlikes, AreReadFromTheServersAnswer) {
  const auto found = read_look_alikes(
      R"({"id":"x","look_alikes":[{"person":{"id":"y","code":"E-2","name":"Bea"},"similarity":0.6123,"score":0.4,)"
      R"("threshold":0.3},{"person":{"id":"z","code":"E-3","name":"Cleo"},"similarity":0.58}]})");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(to_string(*found), "looks like Bea (E-2), similarity 0.61; Cleo (E-3), similarity 0.58");
  EXPECT_TRUE(read_look_alikes(R"({"id":"x"})")->empty()) << "a server of an older version";
  EXPECT_FALSE(read_look_alikes(R"({"look_alikes":[{"person":{"name":"Bea"}}]})"));
  EXPECT_FALSE(read_look_alikes("not JSON"));
}

TEST_F(EnrollerTest, AVideoGivesItsBestFramesApartFromEachOther) {
  ShotCollector shots(engine_, {.shots = 3, .look_every = 1, .apart = 10, .enough_after = 20});
  const cv::Mat image(64, 64, CV_8UC3, cv::Scalar(90, 90, 90));
  std::uint64_t frame = 0;
  while (!shots.done(frame) && frame < 500) shots.offer(++frame, image);
  EXPECT_LT(frame, 100U) << "it stops when nothing gets better";
  EXPECT_EQ(shots.take().size(), 3U);
}

TEST(PeopleInFolder, AFirstNameThatSeveralShareIsNotACode) {
  const TempDir dir;
  write_image(dir / "Anna_Svensson" / "1.jpg");
  write_image(dir / "Anna_Berg.jpg");
  write_image(dir / "ML_Mia_Lind" / "1.jpg");
  const auto people = people_in_folder(dir.path());
  ASSERT_TRUE(people) << people.error().message;
  ASSERT_EQ(people->size(), 3U);
  EXPECT_EQ((*people)[0].code, "Anna_Berg");
  EXPECT_EQ((*people)[0].name, "Anna Berg");
  EXPECT_EQ((*people)[1].code, "Anna_Svensson");
  EXPECT_EQ((*people)[2].code, "ML") << "what nobody shares is a code";
}

TEST(PeopleInFolder, TwoPeopleWithOneCodeAreNamed) {
  const TempDir dir;
  write_image(dir / "E-7_Anna" / "1.jpg");
  write_image(dir / "E-7_Berta" / "1.jpg");
  const auto people = people_in_folder(dir.path());
  ASSERT_FALSE(people);
  EXPECT_EQ(people.error().code, "duplicate_code");
  EXPECT_THAT(people.error().message,
              testing::AllOf(HasSubstr("E-7"), HasSubstr("Anna"), HasSubstr("Berta")));
}

TEST(PeopleInFolder, AFolderMayBeALinkAndAPhonesPhotographIsNotPassedOver) {
  const TempDir dir;
  const TempDir elsewhere;
  write_image(elsewhere / "photos" / "1.jpg");
  std::ofstream(elsewhere / "photos" / "2.heic") << "x";
  std::filesystem::create_directory_symlink(elsewhere / "photos", dir / "E-7_Anna");
  const auto people = people_in_folder(dir.path());
  ASSERT_TRUE(people) << people.error().message;
  ASSERT_EQ(people->size(), 1U);
  EXPECT_EQ((*people)[0].images.size(), 2U);
}

TEST_F(EnrollerTest, APhotographThatCannotBeReadSaysWhatToDo) {
  std::ofstream(dir_ / "anna.heic") << "x";
  const auto result = Enroller(engine_, server_, {}).enrol({"E-1", "Anna", {image_, dir_ / "anna.heic"}});
  EXPECT_EQ(result.status, EnrolStatus::enrolled);
  EXPECT_THAT(result.images[1].reason, testing::AllOf(HasSubstr("HEIC"), HasSubstr("export it as JPEG")));
}

TEST_F(EnrollerTest, PhotographsAreTurnedAndCutAsAsked) {
  cv::imwrite(image_.string(), cv::Mat(40, 80, CV_8UC3, cv::Scalar(90, 90, 90)));
  cv::Size seen;
  engine_.on_detect = [&](const cv::Mat& image) { seen = image.size(); };
  EXPECT_EQ(enrol({.view = {.rotation = 90, .region = cv::Rect2f(0, 0, 1, 0.5F)}}).status,
            EnrolStatus::enrolled);
  EXPECT_EQ(seen, cv::Size(40, 40));
}

}  // namespace
}  // namespace sas::edge
