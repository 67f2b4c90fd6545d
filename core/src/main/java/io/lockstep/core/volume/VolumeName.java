package io.lockstep.core.volume;

import java.util.Comparator;

/** How commands address a volume: {@code vg/lv}. */
public record VolumeName(VgName vg, LvName lv) implements Comparable<VolumeName> {

    private static final Comparator<VolumeName> ORDER =
            Comparator.comparing(VolumeName::vg).thenComparing(VolumeName::lv);

    /** Reads {@code vg/lv}. @throws IllegalArgumentException when either part is not a name that LVM accepts */
    public static VolumeName of(String text) {
        int slash = text.indexOf('/');
        if (slash <= 0) {
            throw new IllegalArgumentException("\"" + text + "\" is not a volume: write VG/LV, for example vg0/disk1");
        }
        return new VolumeName(new VgName(text.substring(0, slash)), new LvName(text.substring(slash + 1)));
    }

    @Override
    public int compareTo(VolumeName other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return vg + "/" + lv;
    }
}
