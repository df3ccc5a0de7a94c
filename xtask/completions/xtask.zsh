# Completes `cargo xtask …` inside the course, and `xtask …` everywhere, should you have an alias or function of that name.
# Made by `cargo xtask completions zsh`; make it again when the course has new labs. Source it behind `compinit` in .zshrc.

_course_root=@ROOT@
_course_labs=(@LABS@)
_course_stages=(@STAGES@)

# Completes what stands behind the first word, `xtask`.
_course_xtask() {
    local -a commands options
    commands=(
@DESCRIBED_COMMANDS@
    )
    if ((CURRENT == 2)); then
        _describe command commands
        return
    fi
    case $words[CURRENT-1] in
    @DIR_OPTIONS@)
        _files -/
        return
        ;;
    @FILE_OPTIONS@)
        _files
        return
        ;;
    @VALUE_OPTIONS@)
        _message value
        return
        ;;
    esac
    local kind=
    case $words[2] in
@CASES@
    esac
    if [[ $PREFIX == -* ]]; then
        _describe option options
        return
    fi
    case $kind in
    stage)
        compadd -- $_course_labs
        if [[ $PREFIX == *.* ]] || ((${_course_labs[(Ie)$PREFIX]})); then
            compadd -- $_course_stages
        fi
        ;;
    lab) compadd -- $_course_labs ;;
    *) [[ -n $kind ]] && compadd -- ${=kind} ;;
    esac
}

_course_cargo() {
    if [[ $words[2] == xtask && $PWD/ == $_course_root/* ]] && ((CURRENT > 2)); then
        shift words
        ((CURRENT--))
        _course_xtask
    elif [[ -n $_course_cargo_before ]]; then
        $_course_cargo_before "$@"
    elif ((CURRENT == 2)); then
        compadd xtask
    fi
}

# What completes the rest of cargo's commands keeps doing so.
if [[ ${_comps[cargo]-} != _course_cargo ]]; then
    _course_cargo_before=${_comps[cargo]-}
fi
compdef _course_cargo cargo
compdef _course_xtask xtask
