package io.lockstep.agent.controller;

import java.util.List;

/** The controllers that an agent knows, in the order in which it tries them; the one that answered last comes first. */
public final class Endpoints {

    private volatile List<String> ordered;

    /** @throws IllegalArgumentException naming an endpoint that is not HOST:PORT */
    public Endpoints(List<String> configured) {
        configured.forEach(Endpoints::check);
        this.ordered = List.copyOf(configured);
    }

    private static void check(String endpoint) {
        int colon = endpoint.lastIndexOf(':');
        try {
            int port = Integer.parseInt(endpoint.substring(colon + 1));
            if (colon > 0 && port > 0 && port < 65536) {
                return;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(message(endpoint), e);
        }
        throw new IllegalArgumentException(message(endpoint));
    }

    private static String message(String endpoint) {
        return "lockstep.controllers: \"" + endpoint + "\" is not HOST:PORT";
    }

    List<String> ordered() {
        return ordered;
    }

    void answered(String endpoint) {
        if (!ordered.getFirst().equals(endpoint)) {
            List<String> next = new java.util.ArrayList<>(ordered);
            next.remove(endpoint);
            next.addFirst(endpoint);
            ordered = List.copyOf(next);
        }
    }
}
