package io.lockstep.core.domain;

import java.util.regex.Pattern;

/** The name of a host in Lockstep: the one in its agent's configuration and certificate. */
public record HostName(String value) implements Comparable<HostName> {

    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?");

    public HostName {
        if (!ALLOWED.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "\"" + value + "\" is not a host name: letters, digits, dots, dashes and underscores, up to 253");
        }
    }

    @Override
    public int compareTo(HostName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
