package io.lockstep.hook;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Asks the agent about one hook call and ends with its verdict.
 *
 * <p>stdout belongs to libvirt, and {@code 50-lockstep} has moved it to descriptor 3: whatever a JVM prints by itself goes to
 * stderr. Only a whole answer of the agent to {@code migrate} is ever written there.
 *
 * <p>A signal just ends the program. The agent sees the connection close and gives back what the call took.
 */
public final class Main {

    /** Far above any domain's XML: libvirt's own messages end at 16 MiB. */
    static final int LONGEST_XML = 8 << 20;

    private static final String LIBVIRT_STDOUT = "/proc/self/fd/3";

    private Main() {}

    public static void main(String[] arguments) {
        Settings settings = Settings.ofProcess();
        HookCall call = HookCall.ofProcess(arguments);
        Watchdog watchdog = new Watchdog(call, settings.deadlineMillis());
        watchdog.start();
        end(answer(settings, call, watchdog, new FileInputStream(FileDescriptor.in)));
    }

    static Outcome answer(Settings settings, HookCall call, Watchdog watchdog, InputStream stdin) {
        try {
            byte[] xml = readXml(stdin);
            Answer answer = new Agent(settings, call, watchdog).ask(xml);
            return switch (answer.status()) {
                case Answer.ALLOW -> allow(call, answer.body());
                case Answer.REFUSE -> Outcome.refuse(call, answer.body());
                default -> Outcome.failure(call, unexpected(answer));
            };
        } catch (IOException e) {
            String message = e.getMessage();
            return Outcome.failure(call, message == null ? e.toString() : message);
        } catch (InterruptedException | RuntimeException | Error e) {
            // An error too: out of memory must not look like a JVM's exit status to libvirt.
            return Outcome.failure(call, "the hook failed: " + e);
        }
    }

    private static Outcome allow(HookCall call, byte[] output) {
        if (!call.mayPrint() || output.length == 0) {
            return Outcome.allow(new byte[0]);
        }
        return output[0] == '<'
                ? Outcome.allow(output)
                : Outcome.failure(call, "the agent's answer makes no sense: not XML");
    }

    private static String unexpected(Answer answer) {
        String detail = Outcome.oneLine(answer.body());
        return "the agent answered with HTTP status " + answer.status() + (detail.isEmpty() ? "" : ": " + detail);
    }

    private static byte[] readXml(InputStream in) throws IOException {
        byte[] xml = new byte[64 << 10];
        int length = 0;
        while (true) {
            int n = in.read(xml, length, xml.length - length);
            if (n < 0) {
                return Arrays.copyOf(xml, length);
            }
            length += n;
            if (length > LONGEST_XML) {
                throw new IOException("the domain's XML is longer than " + (LONGEST_XML >> 20) + " MiB");
            }
            if (length == xml.length) {
                xml = Arrays.copyOf(xml, Math.min(2 * length, LONGEST_XML + 1));
            }
        }
    }

    /** Ends the program, once: a deadline that passes now comes too late. */
    static synchronized void end(Outcome outcome) {
        Outcome last = outcome;
        if (last.output().length > 0) {
            try (FileOutputStream stdout = new FileOutputStream(LIBVIRT_STDOUT)) {
                stdout.write(last.output());
            } catch (IOException e) {
                last = new Outcome(1, "migrate refused: libvirt does not take the domain's new XML: " + e, new byte[0]);
            }
        }
        if (!last.line().isEmpty()) {
            try (FileOutputStream stderr = new FileOutputStream(FileDescriptor.err)) {
                stderr.write(("lockstep: " + last.line() + "\n").getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // nobody is left to tell it to
            }
        }
        // Not exit: there are no shutdown hooks, and everything is written.
        Runtime.getRuntime().halt(last.status());
    }
}
