package io.lockstep.cli.lock;

import com.google.gson.JsonObject;
import io.lockstep.cli.CommandFailure;
import io.lockstep.cli.ExitStatus;
import io.lockstep.cli.output.Cell;
import io.lockstep.cli.output.Json;
import io.lockstep.cli.output.Printer;
import io.lockstep.cli.output.Table;
import io.lockstep.cli.output.Words;
import io.lockstep.proto.v1.LockMode;
import io.lockstep.proto.v1.LockResult;
import io.lockstep.proto.v1.UnknownResult;
import io.lockstep.proto.v1.Volume;
import java.util.List;

/**
 * What became of one volume that a person asked for.
 *
 * @param host empty when no host had to be asked
 */
record Outcome(String host, LockResult result) {

    static List<Outcome> of(String host, List<LockResult> results) {
        return results.stream().map(r -> new Outcome(host, r)).toList();
    }

    static Outcome alreadyFree(Volume volume) {
        return new Outcome(
                "",
                LockResult.newBuilder()
                        .setVolume(volume)
                        .setGranted(LockMode.LOCK_MODE_UNLOCKED)
                        .setReason("nobody holds it")
                        .build());
    }

    /** The agent did not answer: the lock may have changed or not. */
    static Outcome silent(String host, Volume volume, CommandFailure failure) {
        return new Outcome(
                host,
                LockResult.newBuilder()
                        .setVolume(volume)
                        .setUnknown(UnknownResult.newBuilder().setDetail(failure.text()))
                        .setReason(failure.text())
                        .build());
    }

    boolean done() {
        return result.getOutcomeCase() == LockResult.OutcomeCase.GRANTED;
    }

    private String said() {
        String reason = result.getReason();
        return switch (result.getOutcomeCase()) {
            case GRANTED -> reason;
            // Nobody knows: it may be done or not.
            case UNKNOWN, OUTCOME_NOT_SET -> "unknown: " + reason;
            case HELD_ELSEWHERE, IN_USE, NOT_SHAREABLE, NOT_ACTIVATED, LOCKSPACE_DOWN, NO_SUCH_VOLUME, STUCK, CLAIMED ->
                "refused: " + reason;
        };
    }

    static ExitStatus print(List<Outcome> outcomes, Printer printer) {
        if (printer.json()) {
            printer.print(Json.object("results", Json.list(outcomes, Outcome::json)));
        } else {
            Table table = new Table("VOLUME", "HOST", "RESULT");
            outcomes.forEach(o -> table.row(
                    Cell.of(Words.of(o.result().getVolume())),
                    Cell.of(o.host().isEmpty() ? "-" : o.host()),
                    Cell.when(!o.done(), o.said())));
            printer.print(table, "the agent answered for no volume");
        }
        outcomes.stream()
                .filter(o -> o.result().hasHeldElsewhere())
                .map(o -> Words.of(o.result().getVolume()))
                .forEach(v -> printer.note("who holds it, and what to do: lockstepctl why " + v));
        int done = (int) outcomes.stream().filter(Outcome::done).count();
        return ExitStatus.of(done, outcomes.size() - done);
    }

    private JsonObject json() {
        JsonObject json = Json.of(result);
        json.addProperty("host", host);
        return json;
    }
}
