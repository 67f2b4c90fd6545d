package io.lockstep.core.volume;

import java.util.Optional;
import java.util.regex.Pattern;

/** The spellings of one name in a device directory. */
final class Spelling {

    private static final Pattern MINOR = Pattern.compile("dm-(0|[1-9][0-9]{0,6})");
    private static final Pattern UUID = Pattern.compile("LVM-[0-9A-Za-z]{32}([0-9A-Za-z]{32})");
    private static final String DM_NAME = "dm-name-";
    private static final String DM_UUID = "dm-uuid-";

    /** The kernel has 20 bits for a minor number. */
    private static final int HIGHEST_MINOR = (1 << 20) - 1;

    private Spelling() {}

    static Optional<VolumePath> minor(String name) {
        var minor = MINOR.matcher(name);
        return minor.matches()
                ? Optional.of(Integer.parseInt(minor.group(1)))
                        .filter(n -> n <= HIGHEST_MINOR)
                        .map(VolumePath.Minor::new)
                : Optional.empty();
    }

    static Optional<VolumePath> byId(String name) {
        if (name.startsWith(DM_NAME)) {
            return mapper(name.substring(DM_NAME.length()));
        }
        if (!name.startsWith(DM_UUID)) {
            return Optional.empty();
        }
        // A suffix such as -tpool or -real marks a layer inside a volume, which is not the volume.
        var uuid = UUID.matcher(name.substring(DM_UUID.length()));
        return uuid.matches()
                ? Optional.of(new VolumePath.Identified(LvUuid.ofPlain(uuid.group(1))))
                : Optional.empty();
    }

    /**
     * A device-mapper name: a dash inside a name is doubled, a single one stands between the parts. No LV name starts with a dash,
     * so reading pairs from the left is right. A third part is the suffix of a layer inside the volume.
     */
    static Optional<VolumePath> mapper(String name) {
        StringBuilder part = new StringBuilder();
        Optional<String> vg = Optional.empty();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c != '-') {
                part.append(c);
            } else if (i + 1 < name.length() && name.charAt(i + 1) == '-') {
                part.append(c);
                i++;
            } else if (vg.isPresent()) {
                return Optional.empty();
            } else {
                vg = Optional.of(part.toString());
                part.setLength(0);
            }
        }
        return vg.flatMap(v -> named(v, part.toString()));
    }

    static Optional<VolumePath> named(String vg, String lv) {
        return LvmNames.valid(vg) && LvmNames.valid(lv)
                ? Optional.of(new VolumePath.Named(new VolumeName(new VgName(vg), new LvName(lv))))
                : Optional.empty();
    }
}
