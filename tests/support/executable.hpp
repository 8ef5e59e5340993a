#pragma once

#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/support/places.hpp"
#include "tests/support/temporary_folder.hpp"

namespace simtrail::testing {

inline std::string content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

struct Ran {
    int exit_code = -1;
    std::string out, err;

    /// What is told where work ends without result: one line, and nothing on standard output.
    bool one_line_only() const {
        return out.empty() && err.starts_with("simtrail: ") && err.find('\n') == err.size() - 1;
    }
};

/// A folder of its own in which commands run, with the built executables in their path.
class Workplace : public TemporaryFolder {
   public:
    /// Bash, in the folder; a pipeline fails where any part of it does. Both outputs are files, thus no terminals.
    Ran run(const std::string& command) const {
        write("command", "cd '" + file("") + "'; PATH=" + simtrail::places::bin_dir() + ":$PATH\n" + command + "\n");
        const int status = std::system(
            ("bash -o pipefail '" + file("command") + "' < /dev/null > '" + file("out") + "' 2> '" + file("err") + "'")
                .c_str());
        return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, content(file("out")), content(file("err"))};
    }
};

}  // namespace simtrail::testing
