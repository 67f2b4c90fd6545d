package io.lockstep.hook;

/** What the agent said, whole. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Answer(int status, byte[] body) {

    static final int ALLOW = 200;
    static final int REFUSE = 409;
    static final int STARTING = 503;
}
