package io.lockstep.cli.output;

/** One field of a table. */
public record Cell(String text, Style style) {

    public enum Style {
        PLAIN,
        /** A person should look here. */
        ATTENTION
    }

    /** What a terminal would act on is not text: a domain's name may contain anything. */
    public Cell {
        text = printable(text);
    }

    public static Cell of(String text) {
        return new Cell(text, Style.PLAIN);
    }

    public static Cell attention(String text) {
        return new Cell(text, Style.ATTENTION);
    }

    public static Cell when(boolean attention, String text) {
        return new Cell(text, attention ? Style.ATTENTION : Style.PLAIN);
    }

    static String printable(String text) {
        return text.codePoints()
                .map(c -> harmless(c) ? c : '?')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static boolean harmless(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> false;
            default -> true;
        };
    }
}
