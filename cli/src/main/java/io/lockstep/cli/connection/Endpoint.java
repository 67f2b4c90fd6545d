package io.lockstep.cli.connection;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a controller or an agent listens. An IPv6 address stands in brackets. */
record Endpoint(String host, int port) {

    private static final Pattern FORM = Pattern.compile("(\\[[0-9A-Fa-f:.%]+]|[^\\s:/,]+):(\\d{1,5})");
    private static final int HIGHEST_PORT = 65535;

    /** @throws IllegalArgumentException when the text is not HOST:PORT */
    static Endpoint of(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches() || number(form.group(2)) < 1 || number(form.group(2)) > HIGHEST_PORT) {
            throw new IllegalArgumentException(
                    "\"" + text.strip() + "\" is not HOST:PORT, for example h1:7601 or [::1]:7601");
        }
        return new Endpoint(form.group(1), number(form.group(2)));
    }

    /** Several, separated by commas. */
    static List<Endpoint> several(String text) {
        return Arrays.stream(text.split(",", -1)).map(Endpoint::of).toList();
    }

    private static int number(String digits) {
        return Integer.parseInt(digits);
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
