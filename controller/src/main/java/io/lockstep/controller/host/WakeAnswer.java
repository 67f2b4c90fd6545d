package io.lockstep.controller.host;

/** What a woken side says. */
public sealed interface WakeAnswer {

    /** Its report at the moment. */
    record Report(SideReport report) implements WakeAnswer {}

    /** The handover is not open there. */
    record NotOpen() implements WakeAnswer {}

    /** No answer in time: it may have been woken or not. */
    record Silent(String why) implements WakeAnswer {}
}
