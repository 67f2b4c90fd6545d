package io.lockstep.core.volume;

import java.util.regex.Pattern;

/** The UUID of a logical volume in LVM's dashed form, for example {@code j2hSQS-PryZ-pKgm-5oY0-0pI6-dVfO-RgW4Uf}. */
public record LvUuid(String value) implements Comparable<LvUuid> {

    private static final Pattern DASHED = Pattern.compile("[0-9A-Za-z]{6}-(?:[0-9A-Za-z]{4}-){5}[0-9A-Za-z]{6}");
    private static final Pattern PLAIN = Pattern.compile("[0-9A-Za-z]{32}");
    private static final int[] DASHES = {6, 10, 14, 18, 22, 26};

    public LvUuid {
        if (!DASHED.matcher(value).matches()) {
            throw new IllegalArgumentException("\"" + value + "\" is not an LV UUID");
        }
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
