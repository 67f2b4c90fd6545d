package io.lockstep.core.volume;

import java.util.regex.Pattern;

/** The UUID of a logical volume in LVM's dashed form, for example {@code j2hSQS-PryZ-pKgm-5oY0-0pI6-dVfO-RgW4Uf}. */
public record LvUuid(String value) implements Comparable<LvUuid> {

    private static final Pattern PLAIN = Pattern.compile("[0-9A-Za-z]{32}");
    private static final int LENGTH = 38;
    private static final int[] DASHES = {6, 10, 14, 18, 22, 26};

    /** The places of the dashes in {@link #LENGTH} characters, one bit each. */
    private static final long DASHED = dashed();

    public LvUuid {
        if (!valid(value)) {
            throw new IllegalArgumentException("\"" + value + "\" is not an LV UUID");
        }
    }

    private static long dashed() {
        long places = 0;
        for (int i = 0; i < DASHES.length; i++) {
            places |= 1L << (DASHES[i] + i);
        }
        return places;
    }

    /** By hand and not by a pattern: every message with a volume in it comes by here. */
    private static boolean valid(String value) {
        if (value.length() != LENGTH) {
            return false;
        }
        for (int i = 0; i < LENGTH; i++) {
            char c = value.charAt(i);
            boolean dash = (DASHED >> i & 1) != 0;
            if (dash ? c != '-' : !(c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z')) {
                return false;
            }
        }
        return true;
    }

    /** Reads the 32 characters without dashes that device-mapper uses. */
    public static LvUuid ofPlain(String plain) {
        if (!PLAIN.matcher(plain).matches()) {
            throw new IllegalArgumentException("\"" + plain + "\" is not an LV UUID without dashes");
        }
        StringBuilder dashed = new StringBuilder(plain);
        for (int i = 0; i < DASHES.length; i++) {
            dashed.insert(DASHES[i] + i, '-');
        }
        return new LvUuid(dashed.toString());
    }

    /** The form without dashes, as in {@code /sys/class/block/dm-N/dm/uuid}. */
    public String plain() {
        return value.replace("-", "");
    }

    @Override
    public int compareTo(LvUuid other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
