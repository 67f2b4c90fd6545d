package io.lockstep.service.action;

/** Where manual actions are kept. Returns at once and never fails: what cannot be kept now is kept later, or logged. */
public interface ManualActions {

    void done(ManualAction action);
}
