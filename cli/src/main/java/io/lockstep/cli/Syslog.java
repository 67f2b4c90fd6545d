package io.lockstep.cli;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The machine's log, through logger(1); a machine without it goes without. */
final class Syslog {

    private static final long SECONDS = 5;

    private Syslog() {}

    static void write(String line) {
        try {
            Process logger = new ProcessBuilder(List.of("logger", "-t", "lockstepctl", "-p", "auth.notice", "--", line))
                    .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!logger.waitFor(SECONDS, TimeUnit.SECONDS)) {
                logger.destroyForcibly();
            }
        } catch (IOException e) {
            // No logger here: the file that was written says the same.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
