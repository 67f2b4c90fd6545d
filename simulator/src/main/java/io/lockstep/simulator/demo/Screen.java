package io.lockstep.simulator.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** What the demo prints. */
final class Screen {

    private final PrintStream out;
    private int chapter;

    Screen(PrintStream out) {
        this.out = out;
    }

    void title(String text) {
        out.println(text);
    }

    void chapter(String text) {
        out.println();
        out.println(++chapter + ". " + text);
    }

    void command(String host, String command) {
        out.println("   " + host + "# " + command);
    }

    void line(String text) {
        text.stripTrailing().lines().forEach(l -> out.println("   " + l));
    }

    void blank() {
        out.println();
    }

    static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.2f s", time.toMillis() / 1000.0);
    }
}
