package io.lockstep.cli.migration;

import com.google.gson.JsonObject;
import io.lockstep.cli.ExitStatus;
import io.lockstep.cli.output.Cell;
import io.lockstep.cli.output.Json;
import io.lockstep.cli.output.Printer;
import io.lockstep.cli.output.Table;
import java.util.List;

/** What became of each move, or is to become of it. */
final class Summary {

    private Summary() {}

    static void print(List<Move> moves, String whenEmpty, Printer printer) {
        if (printer.json()) {
            JsonObject json = Json.object("migrations", Json.list(moves, Move::json));
            printer.print(json);
            return;
        }
        Table table = new Table("DOMAIN", "FROM -> TO", "RESULT", "WHY");
        moves.forEach(m -> table.row(
                Cell.of(m.name()),
                Cell.of(m.way()),
                Cell.when(!well(m), m.stage().words()),
                Cell.of(String.join("; ", m.reasons()))));
        printer.print(table, whenEmpty);
    }

    private static boolean well(Move move) {
        return switch (move.stage()) {
            case PLANNED, UNDER_WAY, SETTLING, MOVED -> true;
            case FAILED, REFUSED, NOT_STARTED -> false;
        };
    }

    static ExitStatus status(List<Move> moves) {
        int done = (int) moves.stream().filter(Summary::well).count();
        return ExitStatus.of(done, moves.size() - done);
    }
}
