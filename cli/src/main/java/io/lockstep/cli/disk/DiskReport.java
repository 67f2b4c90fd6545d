package io.lockstep.cli.disk;

import com.google.gson.JsonObject;
import com.google.protobuf.Message;
import io.lockstep.cli.ExitStatus;
import io.lockstep.cli.output.Cell;
import io.lockstep.cli.output.Json;
import io.lockstep.cli.output.Printer;
import io.lockstep.cli.output.Table;
import io.lockstep.cli.output.Words;
import io.lockstep.proto.v1.DiskOutcome;
import io.lockstep.proto.v1.LockResult;
import java.util.List;

/**
 * What became of a disk.
 *
 * @param domain the name, or what the person wrote when the agent did not find it
 * @param target the device's name; empty when there is none
 * @param message the agent's answer, for JSON
 */
record DiskReport(
        String host,
        String domain,
        String target,
        DiskOutcome outcome,
        String reason,
        List<LockResult> locks,
        Message message) {

    ExitStatus print(Printer printer) {
        if (printer.json()) {
            JsonObject json = Json.of(message);
            json.addProperty("host", host);
            printer.print(json);
        } else {
            Table table = new Table("DOMAIN", "HOST", "DISK", "RESULT");
            table.row(
                    Cell.of(domain),
                    Cell.of(host),
                    Cell.of(target.isEmpty() ? "-" : target),
                    Cell.when(outcome != DiskOutcome.DISK_OUTCOME_DONE, said()));
            printer.print(table, "the agent answered for no disk");
        }
        locks.stream()
                .filter(LockResult::hasHeldElsewhere)
                .map(l -> Words.of(l.getVolume()))
                .forEach(v -> printer.note("who holds it, and what to do: lockstepctl why " + v));
        return status();
    }

    private String said() {
        return switch (outcome) {
            case DISK_OUTCOME_DONE, DISK_OUTCOME_INCOMPLETE -> reason;
            case DISK_OUTCOME_REFUSED -> "refused: " + reason;
            // Nobody knows: it may be done or not.
            case DISK_OUTCOME_UNKNOWN, DISK_OUTCOME_UNSPECIFIED, UNRECOGNIZED -> "unknown: " + reason;
        };
    }

    private ExitStatus status() {
        return switch (outcome) {
            case DISK_OUTCOME_DONE -> ExitStatus.OK;
            case DISK_OUTCOME_INCOMPLETE -> ExitStatus.PARTIAL;
            case DISK_OUTCOME_REFUSED -> ExitStatus.NO;
            case DISK_OUTCOME_UNKNOWN, DISK_OUTCOME_UNSPECIFIED, UNRECOGNIZED -> ExitStatus.NO_ANSWER;
        };
    }
}
