package io.lockstep.cli.output;

import com.google.gson.JsonElement;
import com.google.protobuf.Timestamp;
import io.lockstep.proto.convert.Protos;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;

/** Results to stdout, everything else to stderr. */
public final class Printer {

    private final PrintWriter out;
    private final PrintWriter err;
    private final OutputOptions.Format format;
    private final boolean colour;
    private final Instant now;

    Printer(PrintWriter out, PrintWriter err, OutputOptions.Format format, boolean colour, Instant now) {
        this.out = out;
        this.err = err;
        this.format = format;
        this.colour = colour;
        this.now = now;
    }

    public boolean json() {
        return format == OutputOptions.Format.JSON;
    }

    public boolean wide() {
        return format == OutputOptions.Format.WIDE;
    }

    public void print(JsonElement json) {
        out.println(Json.pretty(json));
        out.flush();
    }

    /** One of many in a stream. */
    public void printLine(JsonElement json) {
        out.println(Json.line(json));
        out.flush();
    }

    /** An empty table is no result but a message. */
    public void print(Table table, String whenEmpty) {
        if (table.isEmpty()) {
            note(whenEmpty);
            return;
        }
        table.lines(colour).forEach(out::println);
        out.flush();
    }

    public void line(String text) {
        line(Cell.of(text));
    }

    public void line(Cell cell) {
        out.println(Table.styled(cell, colour));
        out.flush();
    }

    /**
     * Draws lines for the person over those that were drawn before; only for a terminal.
     *
     * @param over how many lines were drawn before, with nothing printed since
     */
    public void redraw(List<Cell> lines, int over) {
        if (over > 0) {
            err.print("\u001b[" + over + "A");
        }
        lines.forEach(l -> err.println("\u001b[2K" + Table.styled(l, colour)));
        err.flush();
    }

    /** For the person, not part of the result. */
    public void note(String text) {
        err.println(Cell.printable(text));
        err.flush();
    }

    /** Whether nobody reads stdout any more, as in a pipe to head(1). */
    public boolean gone() {
        return out.checkError();
    }

    public Instant now() {
        return now;
    }

    public String ago(Instant at) {
        return Durations.ago(at, now);
    }

    /** A time that a message may lack. */
    public String ago(boolean set, Timestamp at) {
        return set ? ago(Protos.time(at)) : "-";
    }
}
