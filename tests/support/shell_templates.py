"""The fixed part of the completion file of each shell.

What a person's data completes comes from ``sdrdesk`` itself, asked through ``_SDRDESK_COMPLETE``:
one value a line, with a tab before its description.
"""

from __future__ import annotations

_HEAD = "# Completion of sdrdesk. Made from the commands by `make docs`; do not edit."

_WALK = """\
  # Follow the words before the cursor into the table.
  _sdrdesk_table ''
  while (( i < last )); do
    word="${words[i]}"
    (( i++ ))
    case "$word" in
      -*)
        _sdrdesk_kind "$word"
        [[ -n $kind ]] && (( i++ ))
        ;;
      *)
        case "$_sdrdesk_nl${_sub}" in
          *"${_sdrdesk_nl}${word}$_sdrdesk_tab"*)
            path="${path:+$path }$word"
            _sdrdesk_table "$path"
            ;;
          *) (( n++ )) ;;
        esac
        ;;
    esac
  done
  # Which kind of word stands at the cursor?
  kind=''
  if (( i == last )); then
    case "$cur" in
      -*) kind='-' ;;
      *)
        if [[ -n $_sub ]]; then kind='+'; else _sdrdesk_argument "$n"; fi
        ;;
    esac
  else
    _sdrdesk_kind "$prev"
  fi
"""

_SHARED = """\
_sdrdesk_tab=$'\\t' _sdrdesk_nl=$'\\n'

# What may follow a command: $_sub commands, $_opt options, $_arg kinds of arguments.
_sdrdesk_table() {
  _sub='' _opt='' _arg=''
  case "$1" in
@TABLE@
  esac
}

# Set $kind to what the value of an option is, '' if it takes none.
_sdrdesk_kind() {
  local line
  kind=''
  while IFS= read -r line; do
    if [[ ${line%%$_sdrdesk_tab*} == "$1" ]]; then
      line="${line#*$_sdrdesk_tab}"
      kind="${line%%$_sdrdesk_tab*}"
    fi
  done <<< "$_opt"
}

# Set $kind to what the argument of this number is.
_sdrdesk_argument() {
  local line left="$1" before=''
  kind=''
  while IFS= read -r line; do
    if [[ $line == '*' ]]; then
      (( left >= 0 )) && kind="$before"
    elif (( left == 0 )); then
      kind="$line"
    fi
    before="$line"
    (( left-- ))
  done <<< "$_arg"
}
"""

BASH = (
    _HEAD
    + "\n\n"
    + _SHARED
    + """
_sdrdesk() {
  local cur="${COMP_WORDS[COMP_CWORD]}" prev='' word='' path='' kind='' found=''
  local i=1 n=0 last="$COMP_CWORD" _sub='' _opt='' _arg=''
  local words=("${COMP_WORDS[@]}")
  (( last > 0 )) && prev="${words[last - 1]}"
"""
    + _WALK
    + """\
  COMPREPLY=()
  case "$kind" in
    '' | text) return ;;
    file) compopt -o filenames 2>/dev/null; found="$(compgen -f -- "$cur")" ;;
    -) found="$(cut -f1 <<< "$_opt")" ;;
    +) found="$(cut -f1 <<< "$_sub")" ;;
    '='*) found="${kind#=}"; found="${found// /$_sdrdesk_nl}" ;;
    *)
      found="$(_SDRDESK_COMPLETE="$kind" _SDRDESK_WORD="$cur" "${COMP_WORDS[0]}" 2>/dev/null)"
      found="$(cut -f1 <<< "$found")"
      ;;
  esac
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$found" -- "$cur"))
}

complete -F _sdrdesk sdrdesk
"""
)

ZSH = (
    "#compdef sdrdesk\n"
    + _HEAD
    + "\n\n"
    + _SHARED
    + """
_sdrdesk() {
  emulate -L zsh
  setopt ksh_arrays
  local cur="${words[CURRENT - 1]}" prev='' word='' path='' kind='' found='' line=''
  local i=1 n=0 last="$(( CURRENT - 1 ))" _sub='' _opt='' _arg=''
  (( last > 0 )) && prev="${words[last - 1]}"
"""
    + _WALK.replace("path", "place")
    + """\
  case "$kind" in
    '' | text) return 1 ;;
    file) _files; return ;;
    -) found="$_opt" ;;
    +) found="$_sub" ;;
    '='*) found="${kind#=}"; found="${found// /$_sdrdesk_nl}" ;;
    *) found="$(_SDRDESK_COMPLETE="$kind" _SDRDESK_WORD="$cur" "${words[0]}" 2>/dev/null)" ;;
  esac
  local -a values shown
  while IFS= read -r line; do
    [[ -z $line ]] && continue
    values+=("${line%%$_sdrdesk_tab*}")
    if [[ $line == *"$_sdrdesk_tab"* ]]; then
      shown+=("${line%%$_sdrdesk_tab*}  ${line##*$_sdrdesk_tab}")
    else
      shown+=("$line")
    fi
  done <<< "$found"
  (( ${#values[@]} )) || return 1
  setopt no_ksh_arrays
  compadd -l -d shown -a values
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _sdrdesk "$@"
else
  compdef _sdrdesk sdrdesk
fi
"""
).replace("local cur=\"${words[CURRENT - 1]}\" prev='' word='' path=''",
          "local cur=\"${words[CURRENT - 1]}\" prev='' word='' place=''")  # fmt: skip

FISH = (
    _HEAD
    + """

# What may follow a command: commands, options, kinds of arguments.
function __sdrdesk_table
    set -g __sdrdesk_sub
    set -g __sdrdesk_opt
    set -g __sdrdesk_arg
    switch "$argv[1]"
@TABLE@
    end
end

function __sdrdesk_kind
    for line in $__sdrdesk_opt
        set -l parts (string split \\t -- $line)
        test "$parts[1]" = "$argv[1]"; and echo $parts[2]
    end
end

function __sdrdesk_complete
    set -l words (commandline -opc)
    set -l cur (commandline -ct)
    set -l place
    set -l n 1
    set -l i 2
    set -l last (count $words)
    set -l kind
    __sdrdesk_table ''
    while test $i -le $last
        set -l word $words[$i]
        set i (math $i + 1)
        if string match -q -- '-*' $word
            set kind (__sdrdesk_kind $word)
            test -n "$kind"; and set i (math $i + 1)
        else if string match -q -- "$word"\\t'*' $__sdrdesk_sub
            set place (string trim -- "$place $word")
            __sdrdesk_table $place
        else
            set n (math $n + 1)
        end
    end
    set kind
    if test $i -gt (math $last + 1)
        set kind (__sdrdesk_kind $words[$last])
    else if string match -q -- '-*' $cur
        for line in $__sdrdesk_opt
            string split \\t -- $line | string join \\n | awk 'NR==1{o=$0} NR==3{print o "\\t" $0}'
        end
        return
    else if test (count $__sdrdesk_sub) -gt 0
        string join \\n -- $__sdrdesk_sub
        return
    else if set -q __sdrdesk_arg[$n]; and test "$__sdrdesk_arg[$n]" != '*'
        set kind $__sdrdesk_arg[$n]
    else if test "$__sdrdesk_arg[-1]" = '*'
        set kind $__sdrdesk_arg[-2]
    end
    switch "$kind"
        case '' text
            return
        case file
            __fish_complete_path $cur
        case '=*'
            string split ' ' -- (string sub -s 2 -- $kind)
        case '*'
            env _SDRDESK_COMPLETE=$kind _SDRDESK_WORD=$cur $words[1] 2>/dev/null
    end
end

complete -c sdrdesk -f -a '(__sdrdesk_complete)'
"""
)

POWERSHELL = (
    _HEAD
    + """

$script:SdrdeskTable = @{
@TABLE@
}

Register-ArgumentCompleter -Native -CommandName sdrdesk -ScriptBlock {
    param($word, $ast, $cursor)
    $words = @($ast.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursor } |
        ForEach-Object { "$_" })
    $place = ''; $n = 0; $kind = ''; $i = 1
    $entry = $script:SdrdeskTable[$place]
    $kindOf = {
        param($name)
        foreach ($line in $entry[1]) {
            $parts = $line -split "`t"
            if ($parts[0] -eq $name) { return $parts[1] }
        }
        return ''
    }
    while ($i -lt $words.Count) {
        $one = $words[$i]; $i++
        if ($one.StartsWith('-')) {
            if (& $kindOf $one) { $i++ }
        } elseif (@($entry[0] | Where-Object { $_.StartsWith("$one`t") }).Count) {
            $place = "$place $one".Trim()
            $entry = $script:SdrdeskTable[$place]
        } else { $n++ }
    }
    if ($i -gt $words.Count) { $kind = & $kindOf $words[-1]; $found = @() }
    elseif ($word.StartsWith('-')) {
        $found = $entry[1] | ForEach-Object { $p = $_ -split "`t"; "$($p[0])`t$($p[2])" }
    }
    elseif ($entry[0].Count) { $found = $entry[0] }
    elseif ($n -lt $entry[2].Count -and $entry[2][$n] -ne '*') { $kind = $entry[2][$n] }
    elseif ($entry[2].Count -gt 1 -and $entry[2][-1] -eq '*') { $kind = $entry[2][-2] }
    if ($kind -eq 'file') { return }
    if ($kind.StartsWith('=')) { $found = $kind.Substring(1) -split ' ' }
    elseif ($kind -and $kind -ne 'text') {
        $env:_SDRDESK_COMPLETE = $kind; $env:_SDRDESK_WORD = $word
        try { $found = & $words[0] 2>$null }
        finally { Remove-Item 'Env:_SDRDESK_COMPLETE', 'Env:_SDRDESK_WORD' }
    }
    foreach ($line in $found) {
        $value, $text = $line -split "`t", 2
        if ($value -like "$word*") {
            if (-not $text) { $text = $value }
            [System.Management.Automation.CompletionResult]::new(
                $value, $value, 'ParameterValue', $text)
        }
    }
}
"""
)
