package io.lockstep.core.volume;

/** LVM's own rule for names (lvm(8), "Valid names"): a name that fails it never reaches a command line. */
final class LvmNames {

    private static final int LONGEST = 127;

    private LvmNames() {}

    static void check(String kind, String name) {
        if (!valid(name)) {
            throw new IllegalArgumentException("\""
                    + name.codePoints()
                            .limit(LONGEST)
                            .mapToObj(LvmNames::printable)
                            .collect(java.util.stream.Collectors.joining())
                    + "\" is not a " + kind
                    + " name: LVM accepts 1 to 127 of a-z A-Z 0-9 + _ . -, not starting with a dash, not . or ..");
        }
    }

    static boolean valid(String name) {
        return !name.isEmpty()
                && name.length() <= LONGEST
                && name.charAt(0) != '-'
                && !name.equals(".")
                && !name.equals("..")
                && onlyAccepted(name);
    }

    private static boolean onlyAccepted(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (!accepted(name.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean accepted(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "+_.-".indexOf(c) >= 0;
    }

    private static String printable(int c) {
        return Character.isISOControl(c) ? "?" : Character.toString(c);
    }
}
