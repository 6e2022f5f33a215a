import type {
  Account,
  Corners,
  EditRequest,
  MoveRequest,
  NextPosts,
  Overview,
  Schedule,
  SquareDetail,
  SquarePage,
  Upload,
  UploadRequest,
  UploadTicket,
} from "../../contract.ts";
import type { Device, Invite, OpenInvite } from "../../contract-access.ts";
import type { DatedDetail, Deleted, RequeueRequest, TakeOutRequest } from "../../contract-acts.ts";
import type { Candidates } from "../../contract-review.ts";
import type { Run, RunLine } from "../../contract-runs.ts";
import type { CaptionResult, CaptionsRequest } from "../../contract-series.ts";
import { request } from "./request.ts";
import { askOrSeen } from "./seen.ts";

/** The API of `contract.ts`, call by call. Signing in is in `sign-in/passkey.ts`. */

const square = (id: string, verb = "") => `/squares/${encodeURIComponent(id)}${verb && `/${verb}`}`;

const query = (values: Record<string, string | number | undefined>) => {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values))
    if (value !== undefined && value !== "") search.set(name, `${value}`);
  return search.size > 0 ? `?${search}` : "";
};

export interface ListRequest {
  status: string;
  q?: string | undefined;
  series?: string | undefined;
  only?: string | undefined;
  limit?: number | undefined;
  order?: "newest" | "oldest" | undefined;
  cursor?: string | undefined;
}

export const api = {
  overview: () => request<Overview>("GET", "/overview"),
  squares(list: ListRequest, signal?: AbortSignal) {
    const path = `/squares${query({ ...list })}`;
    const ask = () => request<SquarePage>("GET", path, signal && { signal });
    return list.q || list.series || list.only ? ask() : askOrSeen(path, ask);
  },
  series: () => request<string[]>("GET", "/series"),
  captions: (body: CaptionsRequest) => request<CaptionResult[]>("POST", "/series/captions", { body }),
  next(count: number) {
    const path = `/next${query({ count })}`;
    return askOrSeen(path, () => request<NextPosts>("GET", path));
  },

  square: (id: string) => request<SquareDetail>("GET", square(id)),
  edit: (id: string, body: EditRequest) => request<SquareDetail>("PATCH", square(id), { body }),
  move: (id: string, to: MoveRequest["to"]) => request<void>("POST", square(id, "move"), { body: { to } }),
  draft: (id: string, body: TakeOutRequest = {}) => request<SquareDetail>("POST", square(id, "draft"), { body }),
  withdraw: (id: string, body: TakeOutRequest = {}) => request<SquareDetail>("POST", square(id, "withdraw"), { body }),
  requeue: (id: string, body: RequeueRequest = {}) => request<SquareDetail>("POST", square(id, "requeue"), { body }),
  /** @param on a day, or a day and a time, in the schedule's zone; null: back in the queue */
  date: (id: string, on: string | null) => request<DatedDetail>("POST", square(id, "date"), { body: { on } }),
  confirm: (id: string, body: { tweetId?: string } = {}) =>
    request<SquareDetail>("POST", square(id, "confirm"), { body }),
  candidates: (id: string) => request<Candidates>("POST", square(id, "candidates")),
  post: (id: string) => request<{ execution: string }>("POST", square(id, "post")),
  unpost: (id: string, afterwards: "queue" | "withdraw") =>
    request<SquareDetail>("POST", square(id, "unpost"), { body: { afterwards } }),

  delete: (id: string, body: { version: number; evenIfPosted: boolean }) =>
    request<Deleted>("POST", square(id, "delete"), { body }),
  crop: (id: string, body: { corners: Corners; version: number }) =>
    request<SquareDetail>("POST", square(id, "crop"), { body }),

  openUpload: (body: UploadRequest, signal?: AbortSignal) =>
    request<UploadTicket>("POST", "/uploads", { body, ...(signal && { signal }) }),
  uploads: (ids: readonly string[], signal?: AbortSignal) =>
    request<Upload[]>("GET", `/uploads${query({ ids: ids.join(",") })}`, signal && { signal }),
  lookAlikes: () => request<Upload[]>("GET", "/uploads"),
  allowUpload: (id: string) => request<Upload>("POST", `/uploads/${encodeURIComponent(id)}/allow`),
  dropUpload: (id: string) => request<void>("DELETE", `/uploads/${encodeURIComponent(id)}`),

  runs: (cursor?: string) => request<{ runs: RunLine[]; cursor?: string }>("GET", `/runs${query({ cursor })}`),
  run: (name: string) => request<Run>("GET", `/runs/${encodeURIComponent(name)}`),

  pause: (body: { until?: string } = {}) => request<Schedule>("POST", "/schedule/pause", { body }),
  confirmTable: () => request<void>("POST", "/schedule/confirm-table"),
  resume: () => request<Schedule>("POST", "/schedule/resume"),
  setSchedule: (body: { expression: string; timeZone: string }) => request<Schedule>("PUT", "/schedule", { body }),
  previewSchedule: (body: { expression: string; timeZone: string }, signal?: AbortSignal) =>
    request<{ description: string; times: string[] }>("POST", "/schedule/preview", { body, ...(signal && { signal }) }),
  postNow: () => request<{ execution: string }>("POST", "/post-now"),

  account: () => askOrSeen("/account", () => request<Account>("GET", "/account")),
  askAccount: () => request<Account>("POST", "/account"),

  devices: () => request<Device[]>("GET", "/devices"),
  inviteDevice: () => request<Invite>("POST", "/devices/invite"),
  invites: () => request<OpenInvite[]>("GET", "/invites"),
  voidInvite: (id: string) => request<void>("DELETE", `/invites/${encodeURIComponent(id)}`),
  revokeDevice: (id: string) => request<void>("DELETE", `/devices/${encodeURIComponent(id)}`),
};
