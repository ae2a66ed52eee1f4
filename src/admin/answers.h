// What the admin API answers with: JSON, and errors as {"detail": …} or RFC 9457 problem details.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

#include "base/result.h"
#include "net/service.h"

namespace weir {

[[nodiscard]] net::ServiceResponse json_answer(std::uint16_t status, const boost::json::value& value);

/// A list: {"items": […], "next_cursor": …}; an empty cursor becomes null.
[[nodiscard]] net::ServiceResponse page_answer(boost::json::array items, const std::string& next_cursor);

/// A page or a file somebody may open from the server or from a disk: nothing is loaded, run or sent from it.
[[nodiscard]] net::ServiceResponse file_answer(std::string type, std::string body);

/// An error's answer; as problem details when the request's Accept prefers that.
[[nodiscard]] net::ServiceResponse error_answer(const net::ServiceRequest& request, std::uint16_t status,
                                                std::string_view detail);

/// The status an error of the code below is answered with: what the client sent is 4xx; what the store could
/// not do now is 503; a defect or damage is 500 without a detail of ours.
[[nodiscard]] net::ServiceResponse error_answer(const net::ServiceRequest& request, const Error& error);

}  // namespace weir
