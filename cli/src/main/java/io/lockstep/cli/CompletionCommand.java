package io.lockstep.cli;

import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The script serves both shells: zsh reads it through its own emulation of bash's completion, which it turns on first. */
@Command(
        name = "completion",
        description = "Print a completion script.",
        footer = "Use it with: source <(lockstepctl completion bash)")
public final class CompletionCommand implements Callable<Integer> {

    @Mixin
    StandardOptions standard;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "bash|zsh", description = "The shell.")
    private String shell;

    @Override
    public Integer call() {
        switch (shell.toLowerCase(Locale.ROOT)) {
            case "bash", "zsh" ->
                spec.commandLine()
                        .getOut()
                        .print(AutoComplete.bash("lockstepctl", spec.root().commandLine()));
            default ->
                throw new ParameterException(
                        spec.commandLine(), "no completion for \"" + shell + "\": use bash or zsh");
        }
        return ExitStatus.OK.code();
    }
}
