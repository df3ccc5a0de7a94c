# Completes `cargo xtask …` inside the course, and `xtask …` everywhere, should you have an alias or function of that name.
# Made by `cargo xtask completions fish`; make it again when the course has new labs.

# Whether the line so far is xtask and one of the commands given; without any, whether the command comes next.
function __course_xtask_in
    set -l words (commandline -opc)
    if test "$words[1]" = cargo
        string match -q -- @ROOT@/'*' $PWD/; or return 1
        test "$words[2]" = xtask; or return 1
        set -e words[1]
    end
    if test (count $argv) -eq 0
        test (count $words) -eq 1
    else
        test (count $words) -ge 2; and contains -- $words[2] $argv
    end
end

# Labs and, once a lab's name is whole, their stages.
function __course_xtask_stages
    set -l labs @LABS@
    set -l word (commandline -ct)
    string join \n $labs
    if string match -q '*.*' -- $word; or contains -- $word $labs
        string join \n @STAGES@
    end
end

for command in cargo xtask
@CASES@
end
