// SPDX-License-Identifier: LGPL-3.0-or-later
#include "api/openapi_v2.h"

#include "api/openapi_operation.h"

namespace dragonscales::api::openapi {

using core::json::ObjectWriter;

namespace {

constexpr const char *kTag = "jobs, version 2";

constexpr QByteArrayView kRetry =
    R"({"title":"Retry","type":"object","required":["max"],"description":"Runs after one that failed.","properties":{)"
    R"("max":{"type":"integer","minimum":0,"maximum":1000,"description":"How many."},)"
    R"("delays":{"type":"array","items":{"type":"number","minimum":0,"maximum":31622400},)"
    R"("description":"Seconds before each of them; the last one repeats."},)"
    R"("backoff":{"type":"object","required":["first"],"description":"Instead of delays: ones that grow.","properties":{)"
    R"("first":{"type":"number","minimum":0.001,"maximum":31622400,"description":"Seconds before the first."},)"
    R"("factor":{"type":"number","minimum":1,"maximum":100,"default":2},)"
    R"("longest":{"type":"number","minimum":0.001,"maximum":31622400,"default":3600,"description":"Seconds."},)"
    R"("jitter":{"type":"number","minimum":0,"maximum":1,"default":0.5,)"
    R"("description":"The part of each that is left to chance."}}}}})";

constexpr QByteArrayView kProblem =
    R"({"title":"Problem","type":"object","required":["title","status","detail"],"description":"RFC 9457.","properties":{)"
    R"("title":{"type":"string"},"status":{"type":"integer"},"detail":{"type":"string"},)"
    R"("errors":{"type":"array","items":{"type":"object","required":["pointer","detail"],"properties":{)"
    R"("pointer":{"type":"string","description":"JSON pointer of the value at fault."},"detail":{"type":"string"},)"
    R"("line":{"type":"integer"},"column":{"type":"integer"}}}}}})";

constexpr QByteArrayView kSubmitted =
    R"({"title":"SubmittedJob","type":"object","required":["id","status","queue","priority","created","run_at"],)"
    R"("properties":{"id":{"type":"string","format":"uuid"},"status":{"$ref":"#/components/schemas/StatusV2"},)"
    R"("queue":{"type":"string"},"priority":{"type":"integer"},"created":{"type":"string","format":"date-time"},)"
    R"("run_at":{"type":"string","format":"date-time","nullable":true}}})";

constexpr QByteArrayView kJob =
    R"({"title":"Job","type":"object","required":["id","status","run","queue","task","storage","callback"],"properties":{)"
    R"("id":{"type":"string","format":"uuid"},"status":{"$ref":"#/components/schemas/StatusV2"},)"
    R"("run":{"type":"integer","description":"1, and one more for each time that an ended job was run again."},)"
    R"("queue":{"type":"string"},"task":{"$ref":"#/components/schemas/ModuleCall"},)"
    R"("storage":{"$ref":"#/components/schemas/ModuleCall"},"callback":{"$ref":"#/components/schemas/ModuleCall"},)"
    R"("priority":{"type":"integer"},"tags":{"type":"array","items":{"type":"string"}},)"
    R"("created":{"type":"string","format":"date-time"},"run_at":{"type":"string","format":"date-time","nullable":true},)"
    R"("started":{"type":"string","format":"date-time","nullable":true},)"
    R"("ended":{"type":"string","format":"date-time","nullable":true},)"
    R"("timeout":{"type":"number","nullable":true,"description":"Seconds; null: as the project says."},)"
    R"("retry":{"type":"object","nullable":true,"allOf":[{"$ref":"#/components/schemas/Retry"}]},)"
    R"("depends_on":{"type":"object","nullable":true,"allOf":[{"$ref":"#/components/schemas/Dependencies"}]},)"
    R"("tries":{"type":"integer","description":"Attempts of this run that failed."},)"
    R"("lost":{"type":"integer","description":"Attempts of this run whose worker vanished."},)"
    R"("cancel_requested":{"type":"boolean"},)"
    R"("progress":{"type":"object","nullable":true,"properties":{"fraction":{"type":"number","nullable":true},)"
    R"("text":{"type":"string","nullable":true}}},)"
    R"("location":{"nullable":true,"description":"Where the storage has put the result; null until then."},)"
    R"("error":{"type":"object","nullable":true,"allOf":[{"$ref":"#/components/schemas/JobError"}]},)"
    R"("attempts":{"type":"array","items":{"type":"object","properties":{"run":{"type":"integer"},)"
    R"("worker":{"type":"string","nullable":true},"started":{"type":"string","format":"date-time","nullable":true},)"
    R"("ended":{"type":"string","format":"date-time","nullable":true},)"
    R"("outcome":{"type":"string","enum":["finished","failed","canceled","lost","requeued"]},)"
    R"("error":{"type":"object","nullable":true,"allOf":[{"$ref":"#/components/schemas/JobError"}]}}}},)"
    R"("deliveries":{"type":"array","items":{"$ref":"#/components/schemas/Delivery"}}}})";

constexpr QByteArrayView kJobError =
    R"({"title":"JobError","type":"object","properties":{"type":{"type":"string"},"message":{"type":"string"},)"
    R"("detail":{"type":"string","nullable":true,"description":"A trace, or the end of what was printed."},)"
    R"("fingerprint":{"type":"string","description":"The same for failures of one cause."}}})";

constexpr QByteArrayView kDelivery =
    R"({"title":"Delivery","type":"object","properties":{"id":{"type":"string","format":"uuid"},)"
    R"("job":{"type":"string","format":"uuid"},"run":{"type":"integer"},)"
    R"("callback":{"type":"string","description":"Its name."},)"
    R"("status":{"type":"string","enum":["pending","delivering","delivered","dead"]},)"
    R"("created":{"type":"string","format":"date-time"},"next_try":{"type":"string","format":"date-time","nullable":true},)"
    R"("tries":{"type":"integer"},"attempts":{"type":"array","items":{"type":"object","properties":{)"
    R"("time":{"type":"string","format":"date-time"},"duration":{"type":"number","description":"Seconds."},)"
    R"("delivered":{"type":"boolean"},"http_status":{"type":"integer","nullable":true},)"
    R"("error":{"type":"string","nullable":true},"answer":{"type":"string","nullable":true,"description":"null for viewers."}}}}}})";

constexpr QByteArrayView kLines =
    R"({"title":"LogLines","type":"object","properties":{"lines":{"type":"array","items":{"type":"object","properties":{)"
    R"("time":{"type":"string","format":"date-time"},"level":{"type":"string"},"text":{"type":"string"}}}}}})";

constexpr QByteArrayView kCancel =
    R"({"title":"CancelOutcome","type":"object","properties":{"id":{"type":"string","format":"uuid"},)"
    R"("outcome":{"type":"string","enum":["canceled","requested"]}}})";

constexpr QByteArrayView kQueued =
    R"({"title":"QueuedJob","type":"object","required":["id","status","run"],"properties":{)"
    R"("id":{"type":"string","format":"uuid"},"status":{"$ref":"#/components/schemas/StatusV2"},)"
    R"("run":{"type":"integer"}}})";

constexpr QByteArrayView kLimits =
    R"({"title":"QueueLimits","type":"object","description":"null: no limit.","properties":{)"
    R"("max_concurrency":{"type":"integer","nullable":true,"description":"Jobs that run at once."},)"
    R"("rate":{"type":"object","nullable":true,"allOf":[{"$ref":"#/components/schemas/QueueRate"}]},)"
    R"("max_queued":{"type":"integer","nullable":true,"description":"Jobs that wait."}}})";

constexpr QByteArrayView kRate =
    R"({"title":"QueueRate","type":"object","required":["count","per"],)"
    R"("description":"At most count jobs start within any per seconds.","properties":{)"
    R"("count":{"type":"integer","minimum":0},"per":{"type":"number","minimum":0.001,"maximum":31622400}}})";

constexpr QByteArrayView kQueue =
    R"({"title":"Queue","type":"object","properties":{"name":{"type":"string"},)"
    R"("scheduled":{"type":"integer","description":"Those that wait for a time or for other jobs."},)"
    R"("queued":{"type":"integer"},"started":{"type":"integer"},)"
    R"("oldest_queued":{"type":"string","format":"date-time","nullable":true},)"
    R"("workers":{"type":"integer","description":"Of this service; 0: it does not serve the queue."},)"
    R"("paused":{"type":"object","nullable":true,"properties":{"since":{"type":"string","format":"date-time"},)"
    R"("reason":{"type":"string"},"resume_at":{"type":"string","format":"date-time","nullable":true}}},)"
    R"("configured":{"$ref":"#/components/schemas/QueueLimits"},)"
    R"("effective":{"$ref":"#/components/schemas/QueueLimits"}}})";

constexpr QByteArrayView kQueueChange =
    R"({"title":"QueueChange","type":"object","minProperties":1,"additionalProperties":false,)"
    R"("description":"Kept until it is changed; a limit of null is the project's again, 0 is none.","properties":{)"
    R"("paused":{"type":"boolean"},"reason":{"type":"string","maxLength":500},)"
    R"("resume_at":{"type":"string","format":"date-time","nullable":true,"description":"When it ends by itself."},)"
    R"("max_concurrency":{"type":"integer","minimum":0,"maximum":1000000,"nullable":true},)"
    R"("rate":{"type":"object","nullable":true,"allOf":[{"$ref":"#/components/schemas/QueueRate"}]},)"
    R"("max_queued":{"type":"integer","minimum":0,"maximum":1000000000000,"nullable":true}}})";

constexpr QByteArrayView kOptions =
    R"("priority":{"type":"integer","minimum":-100,"maximum":100,"default":0,"description":"Higher ones run first."},)"
    R"("delay":{"type":"number","minimum":0,"maximum":31622400,"description":"Seconds to wait before it may run."},)"
    R"("run_at":{"type":"string","format":"date-time","description":"Not before this moment; instead of delay."},)"
    R"("timeout":{"type":"number","minimum":0.001,"maximum":31622400,"description":"Seconds that one run may take."},)"
    R"("retry":{"$ref":"#/components/schemas/Retry"},)"
    R"("unique":{"type":"number","minimum":1,"maximum":31622400,"description":"Refuse it while a job with the same task )"
    R"(and params has not ended, for so many seconds at most."},)"
    R"("depends_on":{"description":"Runs when these have ended. on_failure: what becomes of it when one has not finished.",)"
    R"("oneOf":[{"type":"string","format":"uuid"},{"$ref":"#/components/schemas/JobIds"},)"
    R"({"$ref":"#/components/schemas/Dependencies"}]},)"
    R"("tags":{"type":"array","maxItems":20,"items":{"type":"string","minLength":1,"maxLength":100}})";

QByteArray trouble(const char *description)
{
    return answer(description, reference("Problem"), {}, "application/problem+json");
}

ObjectWriter &withCommon(ObjectWriter &answers)
{
    return answers.add("401", trouble("No API key, or one that is not known."))
        .add("403", trouble("The key's role does not allow this."))
        .add("503", trouble("The store is out of reach; Retry-After says when to come again."));
}

QByteArray submit(const QByteArray &examples)
{
    ObjectWriter content;
    content
        .add("schema", R"({"oneOf":[)" + reference("JobRequestV2") +
                           R"(,{"type":"array","minItems":1,"maxItems":1000,"items":)" + reference("JobRequestV2") +
                           "}]}")
        .add("examples", examples);
    const QByteArray one = reference("SubmittedJob");
    const QByteArray each = R"({"type":"array","items":{"oneOf":[)" + one + ',' + reference("Problem") + "]}}";
    ObjectWriter answers;
    answers
        .add("201", answer("Taken. Of an array: each, in its order.", R"({"oneOf":[)" + one + ',' + each + "]}",
                           R"({"Location":{"description":"Of one: where it is.","schema":{"type":"string"}}})"))
        .add("207", answer("Of an array: each in its order, taken or not.", each))
        .add("415", trouble("The body is not said to be JSON, or is compressed."))
        .add("400", trouble("The Idempotency-Key is no key, or a job that this one depends on is not there."))
        .add("409", trouble("A unique job like it has not ended, one that it depends on has failed, or the "
                            "Idempotency-Key came with another body."))
        .add("422", trouble("The body does not fit; errors says where."))
        .add("429", trouble("The queue is full; Retry-After says when to come again."));
    const QByteArray parameters =
        R"([{"name":"Idempotency-Key","in":"header","schema":{"type":"string","maxLength":255},"description":)"
        R"("For a day, the same key with the same body gets the first answer again, and no second job."}])";
    return operationJson({kTag, "Submit", "submit_api_v2_jobs_post", parameters,
                          R"({"required":true,"content":{"application/json":)" + content.text() + "}}",
                          withCommon(answers).text()});
}

// An operation on one job.
QByteArray ofJob(const char *summary, const char *id, const char *status, const char *said, const QByteArray &schema)
{
    ObjectWriter answers;
    answers.add(status, answer(said, schema)).add("404", trouble("There is no such job."));
    return operationJson({kTag, summary, id, idParameter(), {}, withCommon(answers).text()});
}

QByteArray cancel()
{
    ObjectWriter answers;
    answers.add("200", answer("It waited, and is canceled.", reference("CancelOutcome")))
        .add("202", answer("It runs, and is asked to stop.", reference("CancelOutcome")))
        .add("404", trouble("There is no such job."))
        .add("409", trouble("It has ended already."));
    return operationJson({kTag, "Cancel", "cancel_api_v2_jobs_post", idParameter(), {}, withCommon(answers).text()});
}

QByteArray again(const char *summary, const char *id, const char *conflict)
{
    ObjectWriter answers;
    answers.add("200", answer("It is in its queue.", reference("QueuedJob")))
        .add("404", trouble("There is no such job."))
        .add("409", trouble(conflict));
    return operationJson({kTag, summary, id, idParameter(), {}, withCommon(answers).text()});
}

constexpr const char *kQueueTag = "queues, version 2";

QByteArray nameParameter()
{
    return R"([{"name":"name","in":"path","required":true,"description":"The queue's name.",)"
           R"("schema":{"type":"string"}}])";
}

QByteArray listQueues()
{
    ObjectWriter answers;
    answers.add("200", answer("Those of the project, and others that still have jobs.",
                              R"({"type":"object","properties":{"queues":{"type":"array","items":)" +
                                  reference("Queue") + "}}}"));
    return operationJson({kQueueTag, "List", "list_api_v2_queues", {}, {}, withCommon(answers).text()});
}

QByteArray getQueue()
{
    ObjectWriter answers;
    answers.add("200", answer("The queue.", reference("Queue"))).add("404", trouble("There is no such queue."));
    return operationJson({kQueueTag, "Get", "get_api_v2_queues", nameParameter(), {}, withCommon(answers).text()});
}

QByteArray changeQueue()
{
    ObjectWriter answers;
    answers.add("200", answer("The queue as it is now.", reference("Queue")))
        .add("404", trouble("There is no such queue."))
        .add("415", trouble("The body is not said to be JSON, or is compressed."))
        .add("422", trouble("The body does not fit; errors says where."));
    return operationJson({kQueueTag, "Pause, resume, limit", "change_api_v2_queues", nameParameter(),
                          R"({"required":true,"content":{"application/json":{"schema":)" + reference("QueueChange") +
                              R"(,"example":{"paused":true,"reason":"the printer is out of paper"}}}})",
                          withCommon(answers).text()});
}

} // namespace

void addV2Schemas(const QByteArray &modules, ObjectWriter *schemas)
{
    schemas
        ->add("JobRequestV2", R"({"title":"JobRequestV2","type":"object","required":["task","storage","callback"],)"
                              R"("additionalProperties":false,"properties":)" +
                                  modules.chopped(1) + ',' + kOptions.toByteArray() + "}}")
        .add("Retry", kRetry)
        .add("StatusV2", R"({"title":"StatusV2","type":"string",)"
                         R"("enum":["scheduled","waiting","queued","started","finished","failed","canceled"]})")
        .add("ModuleCall", R"({"title":"ModuleCall","type":"object","properties":{"name":{"type":"string"},)"
                           R"("params":{"type":"object","nullable":true,"description":"null for viewers."}}})")
        .add("SubmittedJob", kSubmitted)
        .add("Job", kJob)
        .add("JobError", kJobError)
        .add("Delivery", kDelivery)
        .add("LogLines", kLines)
        .add("CancelOutcome", kCancel)
        .add("QueuedJob", kQueued)
        .add("JobIds", R"({"title":"JobIds","type":"array","minItems":1,"maxItems":100,)"
                       R"("items":{"type":"string","format":"uuid"}})")
        .add("Dependencies", R"({"title":"Dependencies","type":"object","required":["jobs"],"properties":{)"
                             R"("jobs":{"$ref":"#/components/schemas/JobIds"},)"
                             R"("on_failure":{"type":"string","enum":["cancel","run"],"default":"cancel"}}})")
        .add("Queue", kQueue)
        .add("QueueChange", kQueueChange)
        .add("QueueLimits", kLimits)
        .add("QueueRate", kRate)
        .add("Problem", kProblem);
}

void addV2Paths(const QByteArray &examples, ObjectWriter *paths)
{
    paths->add("/api/v2/jobs", ObjectWriter().add("post", submit(examples)).text())
        .add("/api/v2/jobs/{id}",
             ObjectWriter()
                 .add("get", ofJob("Get", "get_api_v2_jobs", "200", "All of the job.", reference("Job")))
                 .add("delete", ofJob("Delete", "delete_api_v2_jobs", "204", "Canceled if need be, and deleted.", {}))
                 .text())
        .add("/api/v2/jobs/{id}/cancel", ObjectWriter().add("post", cancel()).text())
        .add("/api/v2/jobs/{id}/retry", ObjectWriter()
                                            .add("post", again("Run again, at once and whatever it depended on",
                                                               "retry_api_v2_jobs_post", "It has not ended."))
                                            .text())
        .add("/api/v2/jobs/{id}/run-now",
             ObjectWriter()
                 .add("post", again("Run now", "run_now_api_v2_jobs_post", "It does not wait for its time."))
                 .text())
        .add("/api/v2/jobs/{id}/logs",
             ObjectWriter()
                 .add("get", ofJob("Logs", "logs_api_v2_jobs", "200", "The last 1,000 lines.", reference("LogLines")))
                 .text())
        .add("/api/v2/queues", ObjectWriter().add("get", listQueues()).text())
        .add("/api/v2/queues/{name}", ObjectWriter().add("get", getQueue()).add("patch", changeQueue()).text());
}

} // namespace dragonscales::api::openapi
