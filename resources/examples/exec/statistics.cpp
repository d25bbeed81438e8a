// SPDX-License-Identifier: LGPL-3.0-or-later
// A task in C++: count, sum, mean, smallest and largest of some numbers.
// Needs rapidjson-dev. Compile it with: g++ -O2 -o statistics statistics.cpp
#include <rapidjson/document.h>
#include <rapidjson/istreamwrapper.h>
#include <rapidjson/ostreamwrapper.h>
#include <rapidjson/pointer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <iostream>
#include <limits>

#include <unistd.h>

namespace {

// Descriptor 3 takes one line at a time; started by hand there is none, and nothing happens.
void tellProgress(double fraction, const char *text)
{
    ::dprintf(3, "{\"progress\": %.2f, \"text\": \"%s\"}\n", fraction, text);
}

} // namespace

int main()
{
    rapidjson::IStreamWrapper input(std::cin);
    rapidjson::Document request;
    request.ParseStream(input);
    const auto *values = request.IsObject() ? rapidjson::Pointer("/params/values").Get(request) : nullptr;
    if (values == nullptr || !values->IsArray() || values->Empty()) {
        std::cerr << "\"values\" must be a list of at least one number\n"; // the log, and what a failure says
        return 1;
    }

    double sum = 0;
    double smallest = std::numeric_limits<double>::max();
    double largest = std::numeric_limits<double>::lowest();
    for (const auto &value : values->GetArray()) {
        sum += value.GetDouble();
        smallest = std::min(smallest, value.GetDouble());
        largest = std::max(largest, value.GetDouble());
    }
    tellProgress(1, "counted");

    rapidjson::OStreamWrapper output(std::cout);
    rapidjson::Writer<rapidjson::OStreamWrapper> writer(output);
    writer.StartObject();
    writer.Key("count");
    writer.Uint(values->Size());
    writer.Key("sum");
    writer.Double(sum);
    writer.Key("mean");
    writer.Double(sum / values->Size());
    writer.Key("smallest");
    writer.Double(smallest);
    writer.Key("largest");
    writer.Double(largest);
    writer.EndObject();
    return 0;
}
