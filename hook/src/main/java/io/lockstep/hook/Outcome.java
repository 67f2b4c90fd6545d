package io.lockstep.hook;

import java.nio.charset.StandardCharsets;

/**
 * How this program ends.
 *
 * @param line for stderr, which libvirt shows when the status is not 0; empty for none
 * @param output for libvirt to read as the domain's new XML; empty for none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Outcome(int status, String line, byte[] output) {

    private static final byte[] NOTHING = new byte[0];

    /** libvirt shows stderr in one piece, in the middle of its own sentence. */
    private static final int LONGEST_REASON = 4_000;

    static Outcome allow(byte[] output) {
        return new Outcome(0, "", output);
    }

    /** The agent refused. A guest that runs is not killed for it, and one that has stopped cannot be kept from it. */
    static Outcome refuse(HookCall call, byte[] body) {
        String reason = oneLine(body);
        return new Outcome(
                call.mayRefuse() ? 1 : 0, reason.isEmpty() ? "refused by the agent without a reason" : reason, NOTHING);
    }

    /** The agent could not be asked, or answered nonsense. */
    static Outcome failure(HookCall call, String trouble) {
        if (!call.mayRefuse()) {
            return new Outcome(
                    0, call.operation() + " not reported, the agent finds out by looking: " + trouble, NOTHING);
        }
        String line = call.operation() + " refused: " + trouble + "; see systemctl status lockstep-agent";
        if (call.mayBypass()) {
            line += ", or let this domain through: lockstepctl bypass " + call.typedName() + " --for 10m --reason ...";
        }
        return new Outcome(1, line, NOTHING);
    }

    /** Text of the agent, without what could make two lines of it or play tricks on a terminal. */
    static String oneLine(byte[] text) {
        String decoded = new String(text, StandardCharsets.UTF_8);
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < decoded.length() && line.length() < LONGEST_REASON; i++) {
            char c = decoded.charAt(i);
            boolean space = c <= ' ' || (c >= 0x7f && c <= 0xa0) || c == '\u2028' || c == '\u2029';
            if (!space) {
                line.append(c);
            } else if (!line.isEmpty() && line.charAt(line.length() - 1) != ' ') {
                line.append(' ');
            }
        }
        return line.toString().strip();
    }
}
