package io.nanomq.api.json;

import io.nanomq.config.setting.ConfException;
import io.nanomq.config.store.ConfConflictException;
import io.nanomq.control.BusyException;
import io.nanomq.control.RunningBroker;
import io.nanomq.control.access.AccessException;
import io.nanomq.control.backup.BackupException;
import io.nanomq.persistence.StoreStuckException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/**
 * Gives every failure the API's error body; what we did not foresee is logged and told to nobody.
 */
public class ApiErrors {
  private static final Logger LOG = Logger.getLogger(ApiErrors.class);

  private final RunningBroker running;

  public ApiErrors(RunningBroker running) {
    this.running = running;
  }

  @ServerExceptionMapper
  public Response map(ApiException e) {
    return answer(e.status(), e.error());
  }

  @ServerExceptionMapper
  public Response map(WebApplicationException e) {
    int status = e.getResponse().getStatus();
    var code =
        status == 400 || status == 415
            ? ResultCode.REQUEST_PARAMETER_ERROR
            : ResultCode.UNKNOWN_MISTAKE;
    return answer(status, ApiError.of(code));
  }

  /**
   * The whole report: one problem a line. A file that cannot be read is no fault of the request.
   */
  @ServerExceptionMapper
  public Response map(ConfException e) {
    String report = String.valueOf(e.getMessage());
    return e.isUnreadable()
        ? answer(500, ApiError.of(ResultCode.RPC_ERROR, report))
        : answer(400, ApiError.of(ResultCode.REQUEST_PARAMETER_ERROR, report));
  }

  @ServerExceptionMapper
  public Response map(ConfConflictException e) {
    return answer(409, ApiError.of(ResultCode.RPC_ERROR, String.valueOf(e.getMessage())));
  }

  @ServerExceptionMapper
  public Response map(BackupException e) {
    String message = String.valueOf(e.getMessage());
    return switch (e.problem()) {
      case BUSY -> answer(409, ApiError.of(ResultCode.RPC_ERROR, message));
      case NOTHING_KEPT -> answer(400, ApiError.of(ResultCode.PLUGIN_IS_CLOSED, message));
      case UNKNOWN -> answer(400, ApiError.of(ResultCode.REQUEST_PARAMETER_ERROR, message));
      case DAMAGED, FAILED -> answer(500, ApiError.of(ResultCode.RPC_ERROR, message));
    };
  }

  @ServerExceptionMapper
  public Response map(AccessException e) {
    String message = String.valueOf(e.getMessage());
    return switch (e.problem()) {
      case UNKNOWN -> answer(404, ApiError.of(ResultCode.USER_DOES_NOT_EXIST, message));
      case EXISTS -> answer(400, ApiError.of(ResultCode.USER_ALREADY_EXISTS, message));
      case ADMINISTRATOR -> answer(400, ApiError.of(ResultCode.ADMIN_CANNOT_BE_DELETED, message));
      case OLD_PASSWORD -> answer(400, ApiError.of(ResultCode.OLD_PASSWORD_IS_WRONG, message));
      case ILLEGAL -> answer(400, ApiError.of(ResultCode.REQUEST_PARAMETER_ERROR, message));
    };
  }

  /** A store that cannot be read or written; what is wrong with it is the operator's to know. */
  @ServerExceptionMapper
  public Response map(IOException e) {
    if (running.isStopping()) {
      return stopping(e);
    }
    // What failed is in the message; a full disk would fill the log with traces.
    LOG.warnf("A file could not be read or written: %s", e);
    LOG.debug("Where it failed", e);
    return answer(500, ApiError.of(ResultCode.RPC_ERROR, String.valueOf(e.getMessage())));
  }

  @ServerExceptionMapper
  public Response map(BusyException e) {
    return answer(503, ApiError.of(ResultCode.RPC_ERROR, String.valueOf(e.getMessage())));
  }

  @ServerExceptionMapper
  public Response map(StoreStuckException e) {
    return answer(503, ApiError.of(ResultCode.RPC_ERROR, String.valueOf(e.getMessage())));
  }

  @ServerExceptionMapper
  public Response map(Throwable e) {
    if (running.isStopping()) {
      return stopping(e);
    }
    LOG.error("A request to the HTTP API failed", e);
    return answer(500, ApiError.of(ResultCode.RPC_ERROR));
  }

  /** What a request needs may go away under it, and that is no failure of anything. */
  private static Response stopping(Throwable e) {
    LOG.debug("A request to the HTTP API came too late", e);
    return answer(503, ApiError.of(ResultCode.RPC_ERROR, "The broker is stopping"));
  }

  private static Response answer(int status, ApiError error) {
    return Response.status(status).type(MediaType.APPLICATION_JSON).entity(error).build();
  }
}
