#include "access/secrets.h"

#include <set>

#include <gtest/gtest.h>

namespace sas::access {
namespace {

TEST(Secrets, KeysAreLongAndNeverTheSame) {
  std::set<std::string> keys;
  for (int i = 0; i < 100; ++i) keys.insert(make_secret());
  EXPECT_EQ(keys.size(), 100U);
  for (const std::string& key : keys) {
    EXPECT_EQ(key.size(), 47U);
    EXPECT_TRUE(key.starts_with("sas_"));
    EXPECT_EQ(key.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"),
              std::string::npos);
  }
}

TEST(Secrets, AHashSaysNothingOfTheKey) {
  const std::string key = make_secret();
  EXPECT_EQ(hash_of(key), hash_of(key));
  EXPECT_NE(hash_of(key), hash_of(key + " "));
  EXPECT_EQ(hash_of(key).size(), 64U);
  EXPECT_EQ(hash_of(key).find(key.substr(4, 8)), std::string::npos);
}

TEST(Secrets, CodesAreReadAsPeopleTypeThem) {
  const std::string code = make_code();
  EXPECT_EQ(code.size(), 9U);
  EXPECT_TRUE(normalised_code(code));
  for (const char* typed : {"K7QM-2XH0", "k7qm2xh0", " K7QM 2XHO ", "k7qm-2xho"})
    EXPECT_EQ(normalised_code(typed), "K7QM2XH0") << typed;
  EXPECT_EQ(normalised_code("11111111"), normalised_code("IiLl-1111"));
  for (const char* wrong : {"", "K7QM-2XH", "K7QM-2XH00", "K7QM-2XHU", "K7QM-2XH\xC3\xA9", "../../../"})
    EXPECT_FALSE(normalised_code(wrong)) << wrong;
}

TEST(Secrets, APinIsFourToTwelveDigits) {
  for (const char* pin : {"2468", "000000", "123456789012"}) EXPECT_TRUE(check_pin_form(pin)) << pin;
  for (const char* wrong : {"", "123", "1234567890123", "12a4", " 1234", "-1234"}) {
    const auto checked = check_pin_form(wrong);
    ASSERT_FALSE(checked) << wrong;
    EXPECT_EQ(checked.error().details.at("field"), "pin");
  }
}

TEST(Secrets, APinIsKeptAsASlowHash) {
  const std::string hash = hash_pin("2468").value();
  EXPECT_TRUE(hash.starts_with("$argon2id$"));
  EXPECT_TRUE(is_pin("2468", hash));
  EXPECT_FALSE(is_pin("2469", hash));
  EXPECT_FALSE(is_pin("", hash));
  EXPECT_NE(hash_pin("2468").value(), hash) << "salted";
}

}  // namespace
}  // namespace sas::access
