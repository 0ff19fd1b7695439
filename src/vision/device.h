#pragma once

namespace sas::vision {

enum class Device { cpu, cuda, automatic };

}  // namespace sas::vision
