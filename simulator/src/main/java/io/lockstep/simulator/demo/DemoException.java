package io.lockstep.simulator.demo;

/** The demo cannot go on; the message is for the person in front of it. */
class DemoException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DemoException(String message) {
        super(message);
    }

    DemoException(String message, Throwable cause) {
        super(message, cause);
    }
}
