package io.lockstep.lvm.sanlock;

import io.lockstep.lvm.command.UnreadableOutputException;

/** Numbers in sanlock's output, which may begin with zeroes. */
final class Numbers {

    private Numbers() {}

    static long parse(String text) throws UnreadableOutputException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new UnreadableOutputException("not a number: " + text, e);
        }
    }
}
