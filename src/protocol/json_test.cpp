#include <limits>

#include <gtest/gtest.h>

#include "protocol/json_reader.h"
#include "protocol/json_writer.h"

namespace sas::protocol {
namespace {

TEST(JsonWriter, WritesWhatAPersonWould) {
  JsonWriter out;
  out.begin_object().key("a").number(0.71234567).key("b").begin_array().integer(-7).boolean(true).null();
  out.end_array().key("c").text("\"\\\n\x01\xc3\xa9").key("d").raw("{}").key("e").begin_object().end_object();
  out.key("f").number(std::numeric_limits<double>::quiet_NaN()).end_object();
  EXPECT_EQ(out.take(), R"({"a":0.712346,"b":[-7,true,null],"c":"\"\\\n\u0001)"
                        "\xc3\xa9"
                        R"(","d":{},"e":{},"f":null})");
}

TEST(JsonWriter, CopiesValues) {
  JsonWriter out;
  out.value({{"similarity", 0.5}, {"known", {"a", 2}}, {"none", nullptr}});
  EXPECT_EQ(out.take(), R"({"similarity":0.5,"known":["a",2],"none":null})");
}

TEST(ParseObject, RefusesWhatIsNotOneStrictObject) {
  const std::string deep = R"({"a":)" + std::string(100, '[') + std::string(100, ']') + "}";
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("[]"), std::string("7"), std::string("{}x"),
        std::string(R"({"a":1,"a":2})"), std::string(R"({"o":{"a":1,"b":2,"a":3}})"),
        std::string(R"({"a":1,"\u0061":2})"), std::string(R"({"a":NaN})"), std::string("{'a':1}"),
        std::string(R"({"a":1,})"), std::string("{\"a\":\"\xff\"}"), std::string("{\"a\":\"\xc0\x80\"}"),
        std::string(R"({"a":"\ud800"})"), deep}) {
    const auto object = parse_object(text);
    ASSERT_FALSE(object) << text;
    EXPECT_EQ(object.error().code, "malformed_json") << text;
  }
  EXPECT_NE(parse_object(R"({"name":1,"name":2})").error().message.find("name"), std::string::npos);
  ASSERT_TRUE(parse_object(R"( {"a":{"x":1},"b":{"x":2}} )"));
}

TEST(ObjectReader, NamesTheFieldAndItsPath) {
  const auto object = parse_object(R"({"text":"x","number":1,"null":null,"list":[1]})");
  ASSERT_TRUE(object);
  const ObjectReader reader(*object, "faces[2]");
  EXPECT_EQ(*reader.text("text"), "x");
  EXPECT_EQ(reader.text("number").error().details.at("field"), "faces[2].number");
  EXPECT_EQ(reader.text("absent").error().code, "invalid_field");
  EXPECT_EQ(*reader.optional_text("null"), std::nullopt);
  EXPECT_EQ(*reader.optional_number("number"), 1.0);
  EXPECT_FALSE(reader.optional_number("text"));
  EXPECT_FALSE(reader.boolean_or("number", true));
  EXPECT_TRUE(*reader.boolean_or("absent", true));
  EXPECT_EQ((*reader.optional_array("list"))->size(), 1U);
  EXPECT_FALSE(reader.optional_object("list"));
}

}  // namespace
}  // namespace sas::protocol
