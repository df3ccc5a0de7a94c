# Completes `cargo xtask …` inside the course, and `xtask …` everywhere, should you have an alias or function of that name.
# Made by `cargo xtask completions bash`; make it again when the course has new labs.

_course_root=@ROOT@
_course_labs=(@LABS@)
_course_stages=(@STAGES@)

# Completes the words from number $1 on: those behind `xtask`.
_course_xtask_words() {
    local first=$1 word=${COMP_WORDS[COMP_CWORD]} options=() words=()
    COMPREPLY=()
    if ((COMP_CWORD == first)); then
        mapfile -t COMPREPLY < <(compgen -W '@COMMANDS@ help --help --version' -- "$word")
        return
    fi
    case ${COMP_WORDS[COMP_CWORD - 1]} in
    @DIR_OPTIONS@)
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -d -- "$word")
        return
        ;;
    @FILE_OPTIONS@)
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
        return
        ;;
    @VALUE_OPTIONS@) return ;;
    esac
    case ${COMP_WORDS[first]} in
@CASES@
    esac
    if [[ $word == -* ]]; then
        words=(--help "${options[@]}")
    fi
    mapfile -t COMPREPLY < <(compgen -W "${words[*]}" -- "$word")
}

# Fills `words` with labs and, once a lab's name is whole, with its stages.
_course_stage_words() {
    words=("${_course_labs[@]}")
    if [[ $word == *.* || " ${words[*]} " == *" $word "* ]]; then
        words+=("${_course_stages[@]}")
    fi
}

_course_xtask() {
    _course_xtask_words 1
}

_course_cargo() {
    local at=1
    [[ ${COMP_WORDS[1]} == +* ]] && at=2
    if [[ ${COMP_WORDS[at]} == xtask && $PWD/ == "$_course_root"/* ]] && ((COMP_CWORD > at)); then
        _course_xtask_words $((at + 1))
    elif [[ -n $_course_cargo_before ]]; then
        "$_course_cargo_before" "$@"
    elif ((COMP_CWORD == at)); then
        mapfile -t COMPREPLY < <(compgen -W xtask -- "${COMP_WORDS[COMP_CWORD]}")
    fi
}

# What completes the rest of cargo's commands keeps doing so; bash-completion loads it only when it is asked to.
if ! complete -p cargo &>/dev/null; then
    if declare -F _comp_load >/dev/null; then
        _comp_load cargo &>/dev/null
    elif declare -F _completion_loader >/dev/null; then
        _completion_loader cargo &>/dev/null
    fi
fi
if [[ $(complete -p cargo 2>/dev/null) =~ \ -F\ ([^ ]+) && ${BASH_REMATCH[1]} != _course_cargo ]]; then
    # A loader that found nothing leaves a stand-in, which is no completion of cargo.
    case ${BASH_REMATCH[1]} in
    _minimal | _comp_complete_minimal) ;;
    *) _course_cargo_before=${BASH_REMATCH[1]} ;;
    esac
fi
complete -o bashdefault -o default -F _course_cargo cargo
complete -o bashdefault -o default -F _course_xtask xtask
