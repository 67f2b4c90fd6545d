package io.lockstep.controller.host;

/** Where an agent's gRPC services are: {@code HOST:PORT}, an IPv6 address in brackets. */
public record Endpoint(String address, int port) {

    public Endpoint {
        if (address.isBlank() || address.chars().anyMatch(c -> c <= ' ' || c == '/' || c == '@')) {
            throw new IllegalArgumentException("\"" + address + "\" is not the name or address of a host");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not in 1 to 65535");
        }
    }

    /** @throws IllegalArgumentException when the text is not HOST:PORT */
    public static Endpoint of(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException("\"" + text + "\" is not HOST:PORT");
        }
        String address = text.substring(0, colon);
        if (address.startsWith("[") && address.endsWith("]")) {
            address = address.substring(1, address.length() - 1);
        } else if (address.indexOf(':') >= 0) {
            throw new IllegalArgumentException("\"" + text + "\": an IPv6 address stands in brackets, [::1]:7600");
        }
        try {
            return new Endpoint(address, Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not HOST:PORT", e);
        }
    }

    @Override
    public String toString() {
        return (address.indexOf(':') >= 0 ? "[" + address + "]" : address) + ":" + port;
    }
}
