package io.lockstep.lvm;

import io.lockstep.lvm.command.Command;
import io.lockstep.lvm.command.CommandResult;
import io.lockstep.lvm.command.CommandRunner;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Answers commands by how their line begins; what was said last counts. A command that nobody expects fails the test. */
final class FakeHost implements CommandRunner {

    private record Rule(String beginning, Function<Command, CommandResult> answer) {}

    private final List<Rule> answers = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();

    @Override
    public CommandResult run(Command command) {
        lines.add(command.toString());
        return answers.stream()
                .filter(a -> command.toString().startsWith(a.beginning()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nobody expects: " + command))
                .answer()
                .apply(command);
    }

    /** All commands so far. */
    List<String> lines() {
        return lines;
    }

    List<String> lines(String beginning) {
        return lines.stream().filter(l -> l.startsWith(beginning)).toList();
    }

    void answer(String beginning, Function<Command, CommandResult> answer) {
        answers.addFirst(new Rule(beginning, answer));
    }

    void says(String beginning, String out) {
        ends(beginning, 0, out, "");
    }

    void ends(String beginning, int status, String out, String err) {
        answer(beginning, c -> new CommandResult.Ended(c, status, out, err, true));
    }

    /** With the recorded answer. */
    void recorded(String beginning, Recording.Run run) {
        ends(beginning, run.status(), run.out(), run.err());
    }
}
