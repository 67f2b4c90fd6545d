package io.lockstep.cli.migration;

import io.lockstep.cli.output.Cell;
import io.lockstep.cli.output.Printer;
import io.lockstep.proto.v1.Migration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How far moves are, for the person who waits: bars on a terminal, otherwise a line whenever one gets further. */
final class Display {

    private static final int WIDTH = 20;

    private static final double GIB = 1L << 30;

    private final Printer printer;
    private final boolean bars;
    private final Map<String, String> told = new HashMap<>();
    private int drawn;

    Display(Printer printer, boolean terminal) {
        this.printer = printer;
        this.bars = terminal;
    }

    void show(List<Move> moves) {
        if (printer.json()) {
            return;
        }
        if (bars) {
            int name = moves.stream().mapToInt(m -> m.name().length()).max().orElse(0);
            List<Cell> lines = new ArrayList<>();
            moves.forEach(m -> lines.add(Cell.of(bar(m, name))));
            printer.redraw(lines, drawn);
            drawn = lines.size();
            return;
        }
        for (Move move : moves) {
            String words = move.words();
            // What never began is in the result.
            boolean began = told.containsKey(move.uuid()) || move.stage() == Move.Stage.UNDER_WAY;
            if (began && !words.equals(told.put(move.uuid(), words))) {
                printer.note(move.name() + "  " + move.way() + "  " + words + reasons(move));
            }
        }
    }

    private static String reasons(Move move) {
        return move.reasons().isEmpty() ? "" : ": " + String.join("; ", move.reasons());
    }

    private static String bar(Move move, int name) {
        StringBuilder line = new StringBuilder(move.name())
                .repeat(' ', name - move.name().length() + 2)
                .append(move.way())
                .append("  ");
        int percent = percent(move);
        int full = WIDTH * percent / 100;
        line.append('[').repeat('#', full).repeat('-', WIDTH - full).append("]  ");
        return line.append(move.words())
                .append(copied(move))
                .append(reasons(move))
                .toString();
    }

    private static int percent(Move move) {
        return switch (move.stage()) {
            case SETTLING, MOVED -> 100;
            case PLANNED, REFUSED, NOT_STARTED -> 0;
            case UNDER_WAY, FAILED -> percent(move.migration());
        };
    }

    /** By what is left: a guest that writes has more copied than it is large. Never all, as long as libvirt has not said so. */
    private static int percent(Migration migration) {
        return migration.getTotalBytes() <= 0
                ? 0
                : Math.clamp(100 - 100 * migration.getRemainingBytes() / migration.getTotalBytes(), 0, 99);
    }

    private static String copied(Move move) {
        Migration migration = move.migration();
        return move.stage() != Move.Stage.UNDER_WAY || migration.getTotalBytes() <= 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        ", %.1f of %.1f GiB left",
                        migration.getRemainingBytes() / GIB,
                        migration.getTotalBytes() / GIB);
    }

    void note(String text) {
        printer.note(text);
    }
}
